/* A MIDI keyboard, and what the answers are played to, by the browser's Web MIDI. Only `ask` asks for permission.

   const midi = new jazzgram.TradeMidi({onstroke, ongone, onports});
   await midi.ask(api)        `api` is navigator.requestMIDIAccess; an Error says in a sentence why there is none
   midi.inputs midi.outputs   [{id, name}]
   midi.listen(id) midi.sendTo(id)   choose a port; null for none
   midi.answer(notes)         [{pitch, velocity, when, end}], in seconds of the page's clock
   midi.tick(now)             send what is due soon; a port cannot take back what it was sent
   midi.silence()             end all notes, everywhere
   midi.isSending             whether an output is chosen

   onstroke(pitch, velocity, moment): velocity 0 is a release, the moment is in seconds of the page's clock. The pedal
   holds what is released under it. ongone(name) is called when a chosen port has gone, onports when there are
   others. */
(function (jazzgram) {
  "use strict";
  const [OFF, ON, CONTROL] = [0x80, 0x90, 0xb0];
  const [PEDAL, ALL_SOUND_OFF, ALL_NOTES_OFF] = [64, 120, 123];
  const SOON = 0.15; // seconds ahead that notes are sent
  const NO_API =
    "There is no Web MIDI here: play with the computer's keys, or open the studio in Chrome or Firefox on its own computer.";
  const REFUSED = "The browser refused MIDI. Allow it beside the address of the page, then try again.";
  const NO_PORTS = "No MIDI port was found: connect a keyboard, it appears here by itself.";

  /* {kind, pitch, velocity} of a message: "note" with velocity 0 for a release, "pedal", "silence", or null. */
  function readMessage([status = 0, first = 0, second = 0]) {
    const kind = status & 0xf0;
    if (kind === ON || kind === OFF) return { kind: "note", pitch: first, velocity: kind === ON ? second : 0 };
    if (kind !== CONTROL) return null;
    if (first === PEDAL) return { kind: "pedal", isDown: second >= 64 };
    return first === ALL_SOUND_OFF || first === ALL_NOTES_OFF ? { kind: "silence" } : null;
  }

  jazzgram.readMidiMessage = readMessage;

  jazzgram.TradeMidi = class TradeMidi {
    #on;
    #access = null;
    #input = null;
    #output = null;
    #down = new Set(); // keys that are held
    #pedalled = new Set(); // keys that the pedal holds
    #isPedalDown = false;
    #waiting = []; // {when, message}, in time order
    #sounding = new Set();

    constructor(on) {
      this.#on = on;
    }

    get inputs() {
      return this.#access ? [...this.#access.inputs.values()].map(({ id, name }) => ({ id, name })) : [];
    }

    get outputs() {
      return this.#access ? [...this.#access.outputs.values()].map(({ id, name }) => ({ id, name })) : [];
    }

    get isSending() {
      return this.#output !== null;
    }

    async ask(api) {
      if (!api) throw new Error(NO_API);
      try {
        this.#access = await api();
      } catch {
        throw new Error(REFUSED);
      }
      this.#access.onstatechange = ({ port }) => this.#changed(port);
      this.#on.onports();
      if (!this.inputs.length) throw new Error(NO_PORTS);
    }

    listen(id) {
      const input = this.#access?.inputs.get(id) ?? null;
      if (input === this.#input) return;
      if (this.#input) this.#input.onmidimessage = null;
      this.#release();
      this.#input = input;
      if (this.#input) this.#input.onmidimessage = (event) => this.#receive(event);
    }

    sendTo(id) {
      this.silence();
      this.#output = this.#access?.outputs.get(id) ?? null;
    }

    answer(notes) {
      for (const { pitch, velocity, when, end } of notes) {
        this.#waiting.push({ when, message: [ON, pitch, velocity] }, { when: end, message: [OFF, pitch, 0] });
      }
      this.#waiting.sort((one, other) => one.when - other.when || one.message[0] - other.message[0]);
    }

    tick(now) {
      while (this.#output && this.#waiting.length && this.#waiting[0].when <= now + SOON) {
        const { when, message } = this.#waiting.shift();
        if (message[0] === ON) this.#sounding.add(message[1]);
        else this.#sounding.delete(message[1]);
        this.#send(message, 1000 * when);
      }
    }

    /* Notes that were sent ahead begin after this: they are ended once more when they have begun. */
    silence() {
      this.#waiting = [];
      this.#release();
      if (!this.#output) return;
      const soon = performance.now() + 1000 * SOON + 20;
      for (const when of [performance.now(), soon]) {
        for (const pitch of this.#sounding) this.#send([OFF, pitch, 0], when);
        this.#send([CONTROL, ALL_NOTES_OFF, 0], when);
      }
      this.#sounding.clear();
    }

    #send(message, when) {
      try {
        this.#output.send(message, when);
      } catch {
        // it has gone: #changed reports it
      }
    }

    #receive({ data, timeStamp }) {
      const message = readMessage(data);
      const moment = timeStamp / 1000;
      if (message?.kind === "note") this.#key(message.pitch, message.velocity, moment);
      else if (message?.kind === "pedal") this.#pedal(message.isDown, moment);
      else if (message?.kind === "silence") this.#release();
    }

    #key(pitch, velocity, moment) {
      if (velocity) {
        this.#down.add(pitch);
        this.#pedalled.delete(pitch);
      } else {
        this.#down.delete(pitch);
        if (this.#isPedalDown) {
          this.#pedalled.add(pitch);
          return;
        }
      }
      this.#on.onstroke(pitch, velocity, moment);
    }

    #pedal(isDown, moment) {
      this.#isPedalDown = isDown;
      if (isDown) return;
      for (const pitch of this.#pedalled) this.#on.onstroke(pitch, 0, moment);
      this.#pedalled.clear();
    }

    #release() {
      const moment = performance.now() / 1000;
      for (const pitch of [...this.#down, ...this.#pedalled]) this.#on.onstroke(pitch, 0, moment);
      this.#down.clear();
      this.#pedalled.clear();
      this.#isPedalDown = false;
    }

    #changed(port) {
      const isGone = port.state === "disconnected";
      if (isGone && (port === this.#input || port === this.#output)) {
        if (port === this.#input) this.listen(null);
        else this.#output = null;
        this.#on.ongone(port.name);
      }
      this.#on.onports();
    }
  };
})((globalThis.jazzgram ??= {}));
