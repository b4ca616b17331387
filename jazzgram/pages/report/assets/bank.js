/* The recordings of the sound bank, each one decoded once.

   const bank = new jazzgram.Bank(fetchFile);     fetchFile(name) returns the bytes of an MP3 file, or a promise of them
   await bank.prepare(sound)      fetch what a view's sound has (docs/sound.md), and decode its recordings
   await bank.load(sound, rate)   the same, and decode the room at the context's rate
   bank.wave(file)                {buffer, click}: the decoded file, and the seconds before its click
   bank.room(side)                the room's response as a buffer */
(function (jazzgram) {
  "use strict";
  const { envelope } = jazzgram;

  const decoders = new Map(); // by rate: one context decodes all files

  async function decoded(bytes, rate) {
    if (!decoders.has(rate)) decoders.set(rate, new OfflineAudioContext(1, 1, rate));
    const buffer = await decoders.get(rate).decodeAudioData(bytes);
    return { buffer, click: envelope.clickAt(buffer.getChannelData(0), rate) / rate };
  }

  /* What `make` promises under a key, made once; what failed is tried again. */
  function once(made, key, make) {
    if (!made.has(key)) {
      const promise = make();
      promise.catch(() => made.delete(key));
      made.set(key, promise);
    }
    return made.get(key);
  }

  jazzgram.Bank = class Bank {
    #fetchFile;
    #waves = new Map(); // by file: the promise that it is decoded
    #decoded = new Map();
    #roomBytes = new Map();
    #rooms = new Map();

    constructor(fetchFile) {
      this.#fetchFile = fetchFile;
    }

    async prepare(sound) {
      const regions = Object.values(sound.instruments).flat();
      const files = [...new Set(regions.map(({ file }) => file))];
      await Promise.all([
        ...files.map((file) => once(this.#waves, file, () => this.#decode(file, sound.rate))),
        ...Object.values(sound.room).map(({ file }) => this.#fetchRoom(file)),
      ]);
    }

    async load(sound, rate) {
      await this.prepare(sound);
      for (const [side, region] of Object.entries(sound.room)) {
        if (!this.#rooms.has(side)) this.#rooms.set(side, await this.#makeRoom(region, sound.rate, rate));
      }
    }

    wave(file) {
      return this.#decoded.get(file);
    }

    room(side) {
      return this.#rooms.get(side);
    }

    #fetchRoom(file) {
      return once(this.#roomBytes, file, async () => this.#fetchFile(file));
    }

    async #decode(file, rate) {
      const wave = await decoded(await this.#fetchFile(file), rate);
      this.#decoded.set(file, wave);
    }

    async #makeRoom(region, bankRate, rate) {
      const bytes = await this.#fetchRoom(region.file);
      const { buffer, click } = await decoded(bytes.slice(0), rate); // decoding takes the bytes away
      const samples = buffer.getChannelData(0);
      const first = Math.round((click + region.start) * rate);
      const length = Math.round((region.end - region.start) * rate);
      const response = new AudioBuffer({ numberOfChannels: 1, length, sampleRate: rate });
      const gain = envelope.gainOf(region.gain) * (bankRate / rate);
      response.copyToChannel(
        samples.slice(first, first + length).map((sample) => sample * gain),
        0,
      );
      return response;
    }
  };

  /* The bytes of a file that a page has in base64. */
  jazzgram.bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
})((globalThis.jazzgram ??= {}));
