/* The audio clock, read at the moments at which keys go down: those are on the page's clock. No DOM.

   const clock = new jazzgram.TradeClock();
   clock.look(audio, page)   compare both clocks, in seconds; returns by how many seconds the audio clock has jumped
   clock.seconds(page)       the audio clock at a moment of the page's clock, both in seconds; clock.pageAt(audio)

   The audio clock stands still while a block of samples is made, so that of some looks the one at which it was furthest
   is nearest to the truth. */
(function (jazzgram) {
  "use strict";
  const LOOKS = 40;
  const JUMP = 0.5; // seconds; less is a busy page

  jazzgram.TradeClock = class TradeClock {
    #offsets = [];

    look(audio, page) {
      const offset = audio - page;
      const jump = this.#offsets.length ? offset - this.#offset : 0;
      this.#offsets = [...this.#offsets.slice(1 - LOOKS), offset];
      return Math.abs(jump) > JUMP ? jump : 0;
    }

    seconds(page) {
      return page + this.#offset;
    }

    pageAt(audio) {
      return audio - this.#offset;
    }

    get #offset() {
      return Math.max(...this.#offsets);
    }
  };
})((globalThis.jazzgram ??= {}));
