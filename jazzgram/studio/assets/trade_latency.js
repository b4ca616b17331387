/* The latency, measured by tapping along with clicks. No DOM.

   const tapping = new jazzgram.TradeTapping(clicks);   moments of the audio clock, in seconds
   tapping.tap(moment)
   tapping.result   {seconds, spread, taps}: the median of how late the taps are, and the median distance to it; null
                    where too few were near a click

   The first clicks are there to find the beat. People tap some hundredths early (Repp, "Sensorimotor synchronization",
   2005), so that what is found is a little less than what the machine takes. */
(function (jazzgram) {
  "use strict";
  const UNCOUNTED = 4;
  const LEAST = 6; // taps

  const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

  jazzgram.TradeTapping = class TradeTapping {
    #clicks;
    #late = [];

    constructor(clicks) {
      this.#clicks = clicks;
    }

    tap(moment) {
      const away = (click) => Math.abs(moment - click);
      const nearest = this.#clicks.reduce((best, click) => (away(click) < away(best) ? click : best));
      const beat = this.#clicks[1] - this.#clicks[0];
      if (this.#clicks.indexOf(nearest) >= UNCOUNTED && away(nearest) < beat / 2) this.#late.push(moment - nearest);
    }

    get result() {
      if (this.#late.length < LEAST) return null;
      const middle = median(this.#late);
      const spread = median(this.#late.map((each) => Math.abs(each - middle)));
      return { seconds: Math.max(0, middle), spread, taps: this.#late.length };
    }
  };
})((globalThis.jazzgram ??= {}));
