"""What a shop's page loads: one small script, its styles and texts, pictures; and which pages may use the API."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import assistant
import assistant.web
from assistant.errors import OperatorError
from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.widget.assets import STYLES, WidgetAssets
from assistant.web.widget.bundle import bundle, modules
from assistant.web.widget.minify import minify
from tests.web.conftest import World, local_client

STATIC = Path(assistant.web.__file__).parent / "static"
SHOP, STRANGER = "https://shop.example", "https://elsewhere.example"


@pytest.mark.parametrize(
    ("source", "short"),
    [
        ("const a = 1; // one\nconst b = 2;", "const a=1;const b=2;"),
        ("/* all\n of it */ let x;", "let x;"),
        ('const url = "https://a//b"; // gone', 'const url="https://a//b";'),
        ("const s = 'it\\'s // here';", "const s='it\\'s // here';"),
        ("x = `a  // b ${c + d}  \n e`;", "x=`a  // b ${c + d}  \n e`;"),
        ('x = `${y ? `in // ${z}` : "}"} end`;', 'x=`${y ? `in // ${z}` : "}"} end`;'),
        ("r = /[\"'/]+\\/\\/ x/g.test(s);", "r=/[\"'/]+\\/\\/ x/g.test(s);"),
        ("q = a / b / c;", "q=a/b/c;"),
        ("return /x y/.test(z);", "return/x y/.test(z);"),
        ("a = b + +c - -d;", "a=b+ +c- -d;"),
        ("a()\nb()", "a()\nb()"),
        ("class A {\n  get x() {\n    return 1;\n  }\n\n  static y() {}\n}", None),
        ("async  function f ( ) { await  g ( ) ; }", "async function f(){await g();}"),
        ("for await (const [a, b] of c) d(a);", "for await(const[a,b]of c)d(a);"),
    ],
)
def test_only_comments_and_idle_space_are_left_out(source: str, short: str | None) -> None:
    assert short is None or minify(source) == short
    assert minify(minify(source)) == minify(source)


@pytest.mark.parametrize("broken", ["const a = 'x", "x = `a ${b", "x = `a"])
def test_a_source_that_breaks_off_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="no end"):
        minify(broken)


def write(folder: Path, **sources: str) -> Path:
    for name, source in sources.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return folder


def test_modules_are_joined_in_the_order_of_their_imports(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        main='import { b } from "./second.js";\nimport {\n  c,\n} from "./third.js";\nb(c, "__WHO__");\n',
        second='import { c } from "./third.js";\n\nexport function b(x) {\n  return x + c;\n}\n',
        third="export const c = 1;\n",
    )
    assert modules(folder, "main.js") == ["third.js", "second.js", "main.js"]
    joined = bundle(folder, "main.js", {"WHO": "me"})
    assert joined == '(()=>{"use strict";const c=1;function b(x){return x+c;}\nb(c,"me");})();\n'


@pytest.mark.parametrize(
    ("sources", "problem"),
    [
        ({"main": 'import { a } from "./b.js";\nconst x = 1;\n', "b": "const x = 2;\nexport const a = x;\n"}, "'x'"),
        ({"main": 'import a from "./b.js";\n', "b": "export const a = 1;\n"}, "can't be joined"),
        ({"main": 'import { b } from "./b.js";\n', "b": 'import { a } from "./main.js";\n'}, "circle"),
    ],
)
def test_what_can_not_be_joined_is_refused(tmp_path: Path, sources: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        bundle(write(tmp_path, **sources), "main.js")


def test_all_script_that_a_shops_page_loads_is_small(client: TestClient) -> None:
    response = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert int(response.headers["Content-Length"]) <= 15 * 1024
    script = response.text
    assert len(gzip.compress(script.encode(), 9)) <= 15 * 1024
    assert not re.search(r"\bimport\b(?!\()|\bexport\b|//# |__[A-Z]+__", script)
    assert re.findall(r"\bimport\(new URL\(\"([^?]+)", script) == ["widget/attach.js"]
    assert not re.search(r"<script|createElement\(.script", script)


def test_what_voice_and_photo_need_is_a_second_script_of_its_own(client: TestClient) -> None:
    response = client.get("/widget/attach.js", headers={"Accept-Encoding": "gzip"})
    assert int(response.headers["Content-Length"]) <= 3 * 1024
    assert "getUserMedia" in response.text
    assert "getUserMedia" not in client.get("/widget.js").text


def test_every_style_sheet_is_joined() -> None:
    assert {path.stem for path in (STATIC / "styles").glob("*.css")} == set(STYLES)
    assert len(set(STYLES)) == len(STYLES)


def test_every_module_is_in_the_script_or_on_the_page() -> None:
    used = {*modules(STATIC, "chat.js"), "page.js", "attach.js", "events.js"}
    assert {path.name for path in STATIC.glob("*.js")} == used


def test_a_browser_that_has_a_file_is_told_so_and_any_page_may_load_it(client: TestClient) -> None:
    for path in (
        "/widget.js",
        "/widget/attach.js",
        "/widget/widget.css",
        "/widget/texts.json",
        "/widget/pictures/anything",
    ):
        first = client.get(path)
        assert first.status_code == 200, path
        assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin", path
        assert first.headers["Access-Control-Allow-Origin"] == "*", path
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304, path
        assert not again.content, path


def test_the_script_names_the_versions_of_styles_and_texts(client: TestClient) -> None:
    script = client.get("/widget.js").text
    for path in ("/widget/attach.js", "/widget/widget.css", "/widget/texts.json"):
        assert client.get(path).headers["ETag"].strip('"') in script


def test_a_shop_lays_its_own_words_over_ours(tmp_path: Path) -> None:
    own = tmp_path / "words.json"
    own.write_text(json.dumps({"en": {"welcome_title": "Ahoy!", "errors": {"busy": "All hands are busy."}}}))
    texts = json.loads(WidgetAssets(STATIC, own).texts.content)
    assert texts["en"]["welcome_title"] == "Ahoy!"
    assert texts["en"]["errors"]["busy"] == "All hands are busy."
    assert texts["en"]["errors"]["network"]
    assert texts["zh"]["welcome_title"]
    assert WidgetAssets(STATIC, own).script.tag != WidgetAssets(STATIC).script.tag


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("{", "can't be used"),
        ('{"en": {"welcom_title": "Ahoy!"}}', r"'en\.welcom_title'"),
        ('{"en": {"errors": "none"}}', r"'en\.errors"),
    ],
)
def test_words_that_the_widget_would_not_show_are_refused(tmp_path: Path, words: str, problem: str) -> None:
    own = tmp_path / "words.json"
    own.write_text(words)
    with pytest.raises(OperatorError, match=problem):
        _ = WidgetAssets(STATIC, own).texts


def with_settings(world: World, **settings: Any) -> TestClient:
    world.settings = Settings(data_dir=world.settings.data_dir, cache_dir=world.settings.cache_dir, **settings)
    return local_client(create_app(world))


def test_pages_of_listed_origins_may_use_the_api_and_others_may_not(world: World) -> None:
    with with_settings(world, widget_origins=f"{SHOP},http://localhost:3000") as client:
        client.app.state.readiness.wait(10)  # type: ignore[attr-defined]
        asked = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,last-event-id",
        }
        allowed = client.options("/api/chat", headers={"Origin": SHOP, **asked})
        assert allowed.status_code == 200
        assert allowed.headers["Access-Control-Allow-Origin"] == SHOP
        assert "Access-Control-Allow-Credentials" not in allowed.headers
        refused = client.options("/api/chat", headers={"Origin": STRANGER, **asked})
        assert "Access-Control-Allow-Origin" not in refused.headers
        assert client.get("/api/config", headers={"Origin": SHOP}).headers["Access-Control-Allow-Origin"] == SHOP
        assert "Access-Control-Allow-Origin" not in client.get("/api/config", headers={"Origin": STRANGER}).headers


@pytest.mark.parametrize("origin", ["*", "shop.example", "https://shop.example/", "https://Shop.example"])
def test_an_origin_that_no_browser_would_send_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="no origin"):
        Settings(widget_origins=(origin,))


def test_pictures_may_come_from_the_shops_own_host_and_from_no_other(world: World) -> None:
    with with_settings(world, product_picture_url="https://img.shop.example/p/{product_id}.jpg") as client:
        client.app.state.readiness.wait(10)  # type: ignore[attr-defined]
        policy = client.get("/").headers["Content-Security-Policy"]
        assert "img-src 'self' https://img.shop.example;" in policy
        assert client.get("/api/config").json()["picture_url"] == "https://img.shop.example/p/{product_id}.jpg"


def test_every_kind_of_product_has_a_drawing_that_exists() -> None:
    drawings = json.loads((STATIC / "drawings.json").read_text(encoding="utf-8"))
    assert set(drawings["kinds"].values()) | {"other"} == set(drawings["paths"])
    seeds = Path(assistant.__file__).parent / "shop" / "seed" / "products"
    sold = {kind for seed in seeds.glob("*.yaml") for kind in re.findall(r"kind: ([\w-]+)", seed.read_text())}
    assert len(sold) > 20
    assert sold <= set(drawings["kinds"])
