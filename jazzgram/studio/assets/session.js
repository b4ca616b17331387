/* The page's history (history.js), kept over a reload of its tab.

   const session = new jazzgram.Session(edit, yaml, name);
   session.change(label, update, control) session.amend(update) session.goTo(index)
   session.annotate(yaml)         the state that is shown, as text with comments
   session.state session.states session.at session.recipe
   session.onchange = () => {}    called after each of these, where it made a difference */
(function (jazzgram) {
  "use strict";
  const { history } = jazzgram;

  jazzgram.Session = class Session {
    onchange = () => {};
    #storageKey;
    #history;

    constructor(edit, yaml, name) {
      this.#storageKey = `jazzgram-studio ${name}`;
      this.#history = this.#load() ?? history.begin(edit, yaml);
    }

    get state() {
      return history.current(this.#history);
    }

    get states() {
      return this.#history.states;
    }

    get at() {
      return this.#history.at;
    }

    get recipe() {
      return history.recipeOf(this.state);
    }

    change(label, update, control) {
      this.#become(history.change(this.#history, label, update, control, Date.now()));
    }

    amend(update) {
      this.#become(history.amend(this.#history, update));
    }

    annotate(yaml) {
      const update = (state) => {
        state.yaml = yaml;
      };
      this.#history = history.amend(this.#history, update);
      this.#save();
    }

    goTo(index) {
      this.#become(history.goTo(this.#history, index));
    }

    #become(next) {
      if (next === this.#history) return;
      this.#history = next;
      this.#save();
      this.onchange();
    }

    #load() {
      try {
        return history.fromText(sessionStorage.getItem(this.#storageKey));
      } catch {
        return null; // forbidden
      }
    }

    #save() {
      try {
        sessionStorage.setItem(this.#storageKey, history.toText(this.#history));
      } catch {
        // full or forbidden: only a reload forgets
      }
    }
  };
})((globalThis.jazzgram ??= {}));
