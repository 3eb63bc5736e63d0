// The page around the chat: its title and language, and, with the sample shop, signing in as a sample customer.

(() => {
  const chat = document.querySelector("shop-assistant");
  let people = [];
  let turn = 0;

  const account = document.createElement("div");
  const label = document.createElement("label");
  const select = document.createElement("select");
  const problem = document.createElement("p");
  account.slot = "account";
  account.className = "account";
  account.hidden = true;
  label.htmlFor = select.id = "customer";
  label.className = "unseen";
  problem.role = "alert";
  problem.className = "problem";
  select.addEventListener("change", () => signIn(select.value));
  account.append(label, select, problem);
  chat.append(account);

  chat.addEventListener("shop-assistant:language", ({ detail }) => {
    document.documentElement.lang = detail.language === "zh" ? "zh-Hans" : detail.language;
    document.title = detail.title;
    show();
  });

  chat.addEventListener("shop-assistant:ready", ({ detail }) => {
    people = detail.config.demo_customers;
    show();
  });

  async function signIn(id) {
    const mine = (turn += 1);
    chat.toggleAttribute("paused", true);
    problem.textContent = "";
    let token = null;
    try {
      if (id) token = (await post("/api/demo/sign-in", { customer_id: id })).token;
    } catch {
      if (mine === turn) problem.textContent = chat.texts.get("errors.sign_in");
    }
    if (mine !== turn) return; // somebody else has been chosen meanwhile
    await chat.identify(token);
    if (mine !== turn) return;
    chat.toggleAttribute("paused", false);
    show();
  }

  async function post(path, body) {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(path, { method: "POST", body: JSON.stringify(body), headers });
    if (!response.ok) throw new Error(response.statusText);
    return response.json();
  }

  function show() {
    account.hidden = people.length === 0;
    label.textContent = chat.texts.get("customer_label");
    const guest = new Option(chat.texts.get("guest"), "");
    const chosen = turn ? select.value : (chat.customer?.customer_id ?? "");
    select.replaceChildren(guest, ...people.map((person) => new Option(person.name, person.customer_id)));
    select.value = chosen;
    account.classList.toggle("known", select.value !== "");
  }
})();
