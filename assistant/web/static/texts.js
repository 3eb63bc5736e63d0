// The widget's words in the customer's language; all of them stand in texts.json.

export const LANGUAGES = ["en", "zh"];

/** The first of some language tags ("zh-CN") that the shop speaks. */
export function spoken(tags) {
  return tags.map((tag) => tag?.toLowerCase().split("-")[0]).find((language) => LANGUAGES.includes(language));
}

/** The tag for `lang` attributes: fonts and voices differ by script. */
export function languageTag(language) {
  return language === "zh" ? "zh-Hans" : language;
}

export class Texts {
  /** @param {object} all  content of texts.json  @param {string} language  "en" or "zh" */
  constructor(all, language) {
    this.all = all;
    this.language = language;
  }

  /** The text at `path` ("errors.busy") with {variables} filled in; lists and objects as they are. */
  get(path, variables = {}) {
    let found = this.all[this.language];
    for (const key of path.split(".")) found = found?.[key];
    if (typeof found !== "string") return found;
    return found.replace(/\{(\w+)\}/g, (whole, name) => variables[name] ?? whole);
  }
}
