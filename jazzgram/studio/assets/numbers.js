/* The numbers of a take, measured by the server.

   const numbers = new jazzgram.Numbers({fetchNumbers, oncopied});
   numbers.show(view)   another take; it is measured when it has been there for a moment, so that the next need not wait
   numbers.refresh()    the panel may have been opened: then copied runs are looked for, too
   fetchNumbers(whole) returns the numbers of the take that is shown; oncopied(rows) is called with its copied runs */
(function (jazzgram) {
  "use strict";
  const { get, make } = jazzgram.dom;
  const PAUSE = 350; // milliseconds

  function numberText(value, digits) {
    return value === null ? "–" : value.toFixed(digits).replace("-", "−");
  }

  jazzgram.Numbers = class Numbers {
    #fetchNumbers;
    #oncopied;
    #view = null;
    #measured = null; // the view whose numbers are shown
    #isWhole = false; // whether copied runs were looked for
    #timer = null;

    constructor({ fetchNumbers, oncopied }) {
      this.#fetchNumbers = fetchNumbers;
      this.#oncopied = oncopied;
    }

    show(view) {
      this.#view = view;
      this.refresh();
    }

    refresh() {
      clearTimeout(this.#timer);
      const isOpen = !get("panel-numbers").hidden;
      if (!this.#view || (this.#measured === this.#view && (this.#isWhole || !isOpen))) return;
      this.#timer = setTimeout(() => this.#measure(isOpen), PAUSE);
    }

    async #measure(isOpen) {
      const wanted = this.#view;
      try {
        const found = await this.#fetchNumbers(isOpen);
        if (wanted !== this.#view) return;
        this.#measured = wanted;
        this.#isWhole = isOpen || found.sentence !== "";
        this.#oncopied(found.copied);
        const nothing = isOpen ? "No notes, nothing copied." : "Looking for copied runs…";
        get("copied").textContent = found.sentence || nothing;
        const isComparable = found.measured === found.bars;
        showTable("aims", found.aims, found.you?.aims, isComparable);
        showTable("others", found.others, found.you?.others, isComparable);
        const whose = found.you ? ` Each player's own bars are measured in a row: ${found.measured} of its.` : "";
        get("numbers-note").textContent = isComparable
          ? `z is the distance to the mean of real solos, in their standard deviations.${whose}`
          : `Real solos were measured in windows of ${found.bars} bars: z needs as many.${whose}`;
        this.refresh();
      } catch (error) {
        get("copied").textContent = error.message;
      }
    }
  };

  /* Rows are [name, value, mean, deviation, z]; z is shown where the take is as long as the windows of real solos. Of a
     traded take `yours` has the rows of the musician. */
  function showTable(id, rows, yours, isComparable) {
    const values = yours ? ["it", "you"] : ["value"];
    const zs = yours ? ["z of it", "z of you"] : ["z"];
    const heads = ["metric", ...values, "real solos", ...(isComparable ? zs : [])];
    const row = ([name, value, mean, deviation, z], index) => {
      const real = mean === null ? "–" : `${numberText(mean, 3)} ± ${numberText(deviation, 3)}`;
      const [, own, , , ownZ] = yours?.[index] ?? [];
      const both = (one, other, digits) => (yours ? [one, other] : [one]).map((each) => numberText(each, digits));
      const cells = [...both(value, own, 3), real, ...(isComparable ? both(z, ownZ, 2) : [])];
      return make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((text) => make("td", {}, text)));
    };
    get(id).replaceChildren(
      make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, name)))),
      make("tbody", {}, ...rows.map(row)),
    );
  }
})((globalThis.jazzgram ??= {}));
