/* Chains A and B: which one is edited and played, and how their notes differ.

   const sides = new jazzgram.Sides(session);
   sides.draw()          show which side the session is on
   sides.compare(take)   say how the side that is shown differs from the other one, with the take that it made */
(function (jazzgram) {
  "use strict";
  const { history, comparison } = jazzgram;
  const { get } = jazzgram.dom;
  const OTHER = { A: "B", B: "A" };
  const BUTTONS = { A: get("side-a"), B: get("side-b") };

  jazzgram.Sides = class Sides {
    #session;
    #made = { A: null, B: null }; // what each chain made last, and of which terms (comparison.js)

    constructor(session) {
      this.#session = session;
      for (const [side, button] of Object.entries(BUTTONS)) {
        button.addEventListener("click", () => this.#choose(side));
        button.addEventListener("keydown", (event) => {
          if (!event.key.startsWith("Arrow")) return;
          event.preventDefault();
          this.#choose(OTHER[side]);
          BUTTONS[OTHER[side]].focus();
        });
      }
    }

    draw() {
      for (const [side, button] of Object.entries(BUTTONS)) {
        const isShown = this.#session.state.side === side;
        button.setAttribute("aria-checked", String(isShown));
        button.tabIndex = isShown ? 0 : -1;
      }
    }

    compare(take) {
      const { side, b } = this.#session.state;
      this.#made[side] = comparison.madeBy(take);
      const text = b ? comparison.comparisonText(side, this.#made[side], this.#made[OTHER[side]]) : "";
      get("compared").textContent = text;
    }

    #choose(side) {
      if (this.#session.state.side === side) return;
      this.#session.change(`Chain ${side}`, (state) => history.setSide(state, side));
    }
  };
})((globalThis.jazzgram ??= {}));
