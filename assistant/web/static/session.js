// What a tab remembers: its token, its conversation, a message that is on its way, whether the chat is open.

const KEY = "shop-assistant";

/** Kept for the tab only; a page that may not store anything forgets on reload and works all the same. */
export class Session {
  constructor() {
    this.values = { token: null, me: null, conversation: null, pending: null, open: false };
    try {
      Object.assign(this.values, JSON.parse(sessionStorage.getItem(KEY) ?? "{}"));
    } catch {
      this.save({});
    }
  }

  get(name) {
    return this.values[name];
  }

  save(changes) {
    Object.assign(this.values, changes);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.values));
    } catch {
      return; // storage is switched off or full
    }
  }
}

/** The language that was chosen in this browser before, or null. */
export function chosenLanguage() {
  try {
    return localStorage.getItem(`${KEY}-language`);
  } catch {
    return null;
  }
}

export function chooseLanguage(language) {
  try {
    localStorage.setItem(`${KEY}-language`, language);
  } catch {
    return; // storage is switched off: the choice holds until the page is left
  }
}
