/* The lead sheet of a take, engraved by the server when its panel is open.

   const sheet = new jazzgram.LeadSheet({fetchScore, onseek});
   sheet.show(view)    another take; it is engraved as soon as the panel is open
   sheet.refresh()     the panel may have been opened
   sheet.light(tick, playing)   as in sheet.js
   fetchScore() returns {svg, style, onsets} of the take that is shown; onseek(tick) is called on a click on a note */
(function (jazzgram) {
  "use strict";
  const { get } = jazzgram.dom;

  /* The picture's style as a sheet of the page, whose policy allows no style element. */
  function styleSheet(text) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  }

  jazzgram.LeadSheet = class LeadSheet {
    #fetchScore;
    #view = null;
    #engraved = null; // the view whose score is shown
    #sheet;

    constructor({ fetchScore, onseek }) {
      this.#fetchScore = fetchScore;
      this.#sheet = new jazzgram.Sheet(get("score"), onseek);
    }

    show(view) {
      this.#view = view;
      this.refresh();
    }

    async refresh() {
      if (get("panel-score").hidden || !this.#view || this.#engraved === this.#view) return;
      const wanted = this.#view;
      try {
        const { svg, style, onsets } = await this.#fetchScore();
        if (wanted !== this.#view) {
          this.refresh();
          return;
        }
        const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
        document.adoptedStyleSheets = [styleSheet(style)];
        get("score").replaceChildren(document.importNode(parsed.documentElement, true));
        get("score").setAttribute("aria-label", `Lead sheet of ${wanted.title}, ${wanted.bars} bars`);
        this.#sheet.show(Object.entries(onsets));
        this.#engraved = wanted;
      } catch (error) {
        get("score").textContent = error.message;
      }
    }

    light(tick, playing) {
      if (!get("panel-score").hidden) this.#sheet.light(tick, playing);
    }
  };
})((globalThis.jazzgram ??= {}));
