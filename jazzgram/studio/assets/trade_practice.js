/* What the keys of the tab Trade do beside trading: measure the latency, and name voicings for the changes.

   const practice = new jazzgram.TradePractice({stage, load, onlatency, say});
   practice.stroke(pitch, velocity, moment)   a key, its moment on the page's clock in seconds
   practice.stop()

   load() makes the stage ready; onlatency(seconds) is called with what was measured; say(text) shows a sentence. */
(function (jazzgram) {
  "use strict";
  const { get } = jazzgram.dom;
  const { withBar } = jazzgram.typedChanges;
  const { ask } = jazzgram.server;
  const { nameOf } = jazzgram.tradeKeys;
  const CLICKS = 20;
  const BEAT = 0.6; // seconds
  const LOOK_EVERY = 50; // milliseconds
  const SPREAD = 0.05; // seconds from which on taps are too uneven to be believed

  const seconds = () => performance.now() / 1000;

  jazzgram.TradePractice = class TradePractice {
    #stage;
    #clock = new jazzgram.TradeClock();
    #load;
    #onlatency;
    #say;
    #tapping = null;
    #timers = [];
    #held = new Set();
    #voicing = new Set(); // all that was held since no key was

    constructor({ stage, load, onlatency, say }) {
      [this.#stage, this.#load, this.#onlatency, this.#say] = [stage, load, onlatency, say];
      get("trade-tap").addEventListener("click", () => (this.#tapping ? this.#end("") : this.#tap()));
      get("trade-voice").addEventListener("click", () => this.#toggleVoicing());
    }

    get isVoicing() {
      return get("trade-voice").getAttribute("aria-pressed") === "true";
    }

    stroke(pitch, velocity, moment) {
      if (velocity && this.#tapping) this.#tapping.tap(this.#clock.seconds(moment));
      if (velocity) this.#voicing.add(pitch);
      if (velocity) this.#held.add(pitch);
      else this.#held.delete(pitch);
      if (this.#held.size) return;
      const voicing = [...this.#voicing];
      this.#voicing.clear();
      if (this.isVoicing && voicing.length) this.#name(voicing);
    }

    stop() {
      if (this.#tapping) this.#end("");
      if (this.isVoicing) this.#toggleVoicing();
    }

    async #tap() {
      try {
        await this.#load();
      } catch (error) {
        this.#say(`It cannot sound: ${error.message}`);
        return;
      }
      this.#clock = new jazzgram.TradeClock();
      const look = () => this.#clock.look(this.#stage.now, seconds());
      look();
      this.#tapping = new jazzgram.TradeTapping(this.#stage.click(CLICKS, BEAT));
      this.#timers = [setInterval(look, LOOK_EVERY), setTimeout(() => this.#finish(), 1000 * (CLICKS + 1) * BEAT)];
      get("trade-tap").textContent = "Stop tapping";
      this.#say("Tap any key along with the clicks.");
    }

    #finish() {
      const { result } = this.#tapping;
      if (!result) {
        this.#end("Too few taps were near a click: the latency stays as it was.");
      } else if (result.spread > SPREAD) {
        this.#end(`The taps were ${Math.round(1000 * result.spread)} ms apart: too uneven, tap again.`);
      } else {
        this.#onlatency(result.seconds);
        this.#end(`Measured with ${result.taps} taps: ${Math.round(1000 * result.seconds)} ms.`);
      }
    }

    #end(text) {
      for (const timer of this.#timers) {
        clearInterval(timer);
        clearTimeout(timer);
      }
      this.#tapping = null;
      this.#stage.stop();
      get("trade-tap").textContent = "Tap along…";
      this.#say(text);
    }

    #toggleVoicing() {
      const isOn = !this.isVoicing;
      get("trade-voice").setAttribute("aria-pressed", String(isOn));
      this.#say(isOn ? "Play a voicing: when its keys are released it is the next bar of the changes." : "");
    }

    async #name(pitches) {
      const sorted = pitches.toSorted((one, other) => one - other);
      let symbol;
      try {
        ({ symbol } = await (await ask(`/voicing?keys=${sorted.join("+")}`)).json());
      } catch (error) {
        this.#say(`${sorted.map(nameOf).join(" ")}: ${error.message}.`);
        return;
      }
      const field = get("chords");
      field.value = withBar(field.value, symbol);
      field.dispatchEvent(new InputEvent("input"));
      this.#say(`${sorted.map(nameOf).join(" ")} is ${jazzgram.steps.withSigns(symbol)}.`);
    }
  };
})((globalThis.jazzgram ??= {}));
