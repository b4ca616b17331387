/* The controls of MIDI in the tab Trade: permission, and which ports.

   const ports = new jazzgram.TradePorts({onstroke, ongone, onerror});   see trade_midi.js; onerror(text) is a sentence
   ports.midi */
(function (jazzgram) {
  "use strict";
  const { get, make } = jazzgram.dom;

  jazzgram.TradePorts = class TradePorts {
    #onerror;

    constructor({ onstroke, ongone, onerror }) {
      this.#onerror = onerror;
      this.midi = new jazzgram.TradeMidi({ onstroke, ongone, onports: () => this.#draw() });
      get("midi-ask").addEventListener("click", () => this.#ask());
      get("midi-in").addEventListener("change", ({ target }) => this.midi.listen(target.value));
      get("midi-out").addEventListener("change", ({ target }) => this.midi.sendTo(target.value));
    }

    async #ask() {
      try {
        await this.midi.ask(navigator.requestMIDIAccess && (() => navigator.requestMIDIAccess()));
      } catch (error) {
        this.#onerror(error.message);
      }
    }

    #draw() {
      const { inputs, outputs } = this.midi;
      get("midi-ask").hidden = true;
      get("midi-ports").hidden = false;
      fill(get("midi-in"), "none", inputs);
      fill(get("midi-out"), "this page", outputs);
      if (!get("midi-in").value && inputs.length) get("midi-in").value = inputs[0].id;
      if (get("midi-in").value) this.midi.listen(get("midi-in").value);
    }
  };

  /* Show ports; the chosen one stays chosen as long as it is there. */
  function fill(select, none, ports) {
    const chosen = select.value;
    const options = ports.map(({ id, name }) => make("option", { value: id }, name));
    select.replaceChildren(make("option", { value: "" }, none), ...options);
    select.value = ports.some(({ id }) => id === chosen) ? chosen : "";
  }
})((globalThis.jazzgram ??= {}));
