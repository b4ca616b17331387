/* The numbers of a take, measured by the server.

   const numbers = new jazzgram.Numbers({fetchNumbers, oncopied});
   numbers.show(view)   another take; it is measured when it has been there for a moment, so that the next need not wait
   numbers.refresh()    the panel may have been opened: then copied runs are looked for, too
   fetchNumbers(whole) returns the numbers of the take that is shown; oncopied(rows) is called with its copied runs */
(function (jazzgram) {
  "use strict";
  const { get, make } = jazzgram.dom;
  const PAUSE = 350; // milliseconds

  const ABOUT_MARKS =
    "What is more than one standard deviation of real solos away from their mean is above or below them; from two, far.";
  const ABOUT_Z = `z is the distance to the mean of real solos, in their standard deviations. ${ABOUT_MARKS}`;

  const aboutWindows = (bars) =>
    `Real solos were measured in windows of ${bars} bars: z, and marks of all numbers, need a take of ${bars}.`;

  /* A definition without its formula, which follows a colon. */
  const inWords = (definition) => definition.split(": ")[0];

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
        this.#isWhole = isOpen || found.sentence !== "" || found.problem !== "";
        this.#oncopied(found.copied);
        const nothing = isOpen ? "No notes, nothing copied." : "Looking for copied runs…";
        get("copied").className = found.problem ? "hint" : "status";
        get("copied").textContent = found.problem || found.sentence || nothing;
        const isComparable = found.measured === found.bars;
        showTable("aims", found.aims, found.you?.aims, isComparable);
        showTable("others", found.others, found.you?.others, isComparable);
        const whose = found.you ? ` Each player's own bars are measured in a row: ${found.measured} of its.` : "";
        const note = isComparable ? ABOUT_Z : `${ABOUT_MARKS} ${aboutWindows(found.bars)}`;
        get("numbers-note").textContent = note + whose;
        this.refresh();
      } catch (error) {
        get("copied").textContent = error.message;
      }
    }
  };

  /* Rows are [name, value, mean, deviation, z, mark, definition]; z is shown where the take is as long as the windows of
     real solos. Of a traded take `yours` has the rows of the musician. */
  function showTable(id, rows, yours, isComparable) {
    const values = yours ? ["it", "you"] : ["value"];
    const zs = yours ? ["z of it", "z of you"] : ["z"];
    const heads = ["metric", ...values, "real solos", ...(isComparable ? zs : [])];
    const row = ([name, , mean, deviation, , mark, definition], index) => {
      const real = mean === null ? "–" : `${numberText(mean, 3)} ± ${numberText(deviation, 3)}`;
      const both = yours ? [rows[index], yours[index]] : [rows[index]];
      const cells = [real, ...(isComparable ? both.map(([, , , , z]) => numberText(z, 2)) : [])];
      return make(
        "tr",
        { class: mark.startsWith("far") ? "far" : null },
        make("th", { scope: "row", title: definition }, name, make("small", {}, inWords(definition))),
        ...both.map(([, value, , , , own]) =>
          make("td", {}, numberText(value, 3), make("small", { class: "mark" }, own)),
        ),
        ...cells.map((text) => make("td", {}, text)),
      );
    };
    get(id).replaceChildren(
      make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, name)))),
      make("tbody", {}, ...rows.map(row)),
    );
  }
})((globalThis.jazzgram ??= {}));
