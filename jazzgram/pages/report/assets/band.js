/* The parts of a view in an audio context: their recordings, faders, places on the stage, and the room.

   const band = new jazzgram.Band(context, sound, bank);   `bank` has loaded `sound`; it plays into context.destination
   band.play(part, note, when, end)   begin a note at `when` seconds and release it at `end`; returns its voice
   band.click(when, isFirst)          a beat of the metronome; returns its voice, which can only be stopped
   band.setFaders(factors)            a factor for each part
   band.end(when)                     fade out, and play nothing more
   voice.release(end)                 release it at another time
   voice.stop()                       never sound; for voices that have not begun */
(function (jazzgram) {
  "use strict";
  const { envelope } = jazzgram;
  const MONO = { channelCount: 1, channelCountMode: "explicit" };
  const FLOOR = 1e-3; // what an exponential ramp ends at: 60 dB down
  const GLIDE = 0.012; // seconds in which a fader moves, and in which all fades out
  /* A limiter for rare peaks, as the recording has one. The specification raises its output by a makeup gain: the factor
     is undone after it. */
  const LIMITER = { threshold: -2, knee: 0, ratio: 20, attack: 0.001, release: 0.08 };
  const MAKEUP = envelope.gainOf(-0.6 * LIMITER.threshold * (1 - 1 / LIMITER.ratio));
  const CLICK = { seconds: 0.05, hertz: [1100, 1650], gain: 0.35 };

  const gainNode = (context, gain) => new GainNode(context, { gain });

  /* A short wooden tone, for the metronome. */
  function clickBuffer(context, hertz) {
    const rate = context.sampleRate;
    const buffer = new AudioBuffer({ numberOfChannels: 1, length: Math.round(CLICK.seconds * rate), sampleRate: rate });
    const samples = buffer.getChannelData(0);
    for (let at = 0; at < samples.length; at += 1) {
      const time = at / rate;
      samples[at] = Math.sin(2 * Math.PI * hertz * time) * Math.exp(-time * 110);
    }
    return buffer;
  }

  jazzgram.Band = class Band {
    #context;
    #sound;
    #bank;
    #output; // what fades in the end
    #limiter; // everything goes through it, as it is some milliseconds late
    #parts;
    #clicks;
    #choking = new Map(); // by part and group: the gains of the voices that a later note ends

    constructor(context, sound, bank) {
      this.#context = context;
      this.#sound = sound;
      this.#bank = bank;
      this.#output = gainNode(context, 1);
      this.#limiter = new DynamicsCompressorNode(context, LIMITER);
      this.#limiter
        .connect(gainNode(context, 1 / MAKEUP))
        .connect(this.#output)
        .connect(context.destination);
      const whole = gainNode(context, envelope.gainOf(sound.gain));
      whole.connect(this.#limiter);
      const room = this.#makeRoom(whole);
      this.#parts = sound.parts.map((part) => this.#makePart(part, whole, room));
      this.#clicks = CLICK.hertz.map((hertz) => clickBuffer(context, hertz));
    }

    setFaders(factors) {
      const now = this.#context.currentTime;
      this.#parts.forEach(({ fader }, index) => fader.gain.setTargetAtTime(factors[index], now, GLIDE / 3));
    }

    play(index, { pitch, velocity }, when, end) {
      const part = this.#parts[index];
      const region = envelope.regionOf(this.#sound.instruments[part.instrument] ?? [], pitch);
      const wave = region && this.#bank.wave(region.file);
      if (!wave) return null;
      const shape = envelope.voiceOf(region, pitch, velocity);
      const context = this.#context;
      const source = new AudioBufferSourceNode(context, { buffer: wave.buffer, playbackRate: shape.rate });
      const fade = gainNode(context, 1);
      let node = source;
      if (shape.cutoff && shape.cutoff < wave.buffer.sampleRate / 2) {
        // Butterworth; Web Audio has a low pass's Q in decibels
        node = node.connect(
          new BiquadFilterNode(context, { type: "lowpass", frequency: shape.cutoff, Q: 20 * Math.log10(Math.SQRT1_2) }),
        );
      }
      node = node.connect(this.#makeDecay(shape, when)).connect(fade);
      if (shape.choke) node = node.connect(this.#choke(index, shape.choke, when));
      node.connect(this.#place(part, shape.pan));
      if (shape.loop) {
        source.loop = true;
        [source.loopStart, source.loopEnd] = shape.loop.map((time) => wave.click + time);
        source.start(when, wave.click + shape.offset);
      } else {
        source.start(when, wave.click + shape.offset, shape.length * shape.rate);
      }
      const release = (moment) => {
        const begin = Math.max(moment, when);
        fade.gain.cancelScheduledValues(0);
        fade.gain.setValueAtTime(1, begin);
        fade.gain.exponentialRampToValueAtTime(FLOOR, begin + shape.release);
        source.stop(begin + shape.release);
      };
      release(end);
      return { release, stop: () => source.stop() };
    }

    click(when, isFirst) {
      const source = new AudioBufferSourceNode(this.#context, { buffer: this.#clicks[isFirst ? 1 : 0] });
      source.connect(gainNode(this.#context, CLICK.gain)).connect(this.#limiter);
      source.start(when);
      return { stop: () => source.stop() };
    }

    end(when) {
      this.#output.gain.setValueAtTime(1, when);
      this.#output.gain.linearRampToValueAtTime(0, when + GLIDE);
      setTimeout(() => this.#output.disconnect(), 1000 * (when - this.#context.currentTime + 4 * GLIDE));
    }

    #makeDecay({ gain, hold, decay }, when) {
      const node = gainNode(this.#context, gain);
      if (!decay) return node;
      node.gain.setValueAtTime(gain, when + hold);
      node.gain.exponentialRampToValueAtTime(gain * FLOOR, when + hold + envelope.SILENT / decay);
      return node;
    }

    /* What ends a voice when another one of its group begins: an open hi-hat when it is closed. */
    #choke(part, group, when) {
      const key = `${part} ${group}`;
      const before = this.#choking.get(key) ?? [];
      for (const { gain, begun } of before) {
        if (begun >= when) continue;
        gain.setValueAtTime(1, when);
        gain.exponentialRampToValueAtTime(FLOOR, when + envelope.SILENT / envelope.CHOKE);
      }
      const node = gainNode(this.#context, 1);
      this.#choking.set(key, [...before.filter(({ begun }) => begun >= when), { gain: node.gain, begun: when }]);
      return node;
    }

    /* Left and right of the stage; a part's voices with one place share it. In the middle both sides are at full level. */
    #place(part, pan) {
      const place = Math.max(-1, Math.min(1, part.pan + pan));
      if (!part.places.has(place)) {
        const node = new StereoPannerNode(this.#context, { pan: place });
        node.connect(part.input);
        part.places.set(place, node);
      }
      return part.places.get(place);
    }

    #makePart({ instrument, gain, pan, send }, whole, room) {
      const input = gainNode(this.#context, envelope.gainOf(gain) * Math.SQRT2);
      const fader = gainNode(this.#context, 1);
      input.connect(fader).connect(whole);
      fader.connect(new GainNode(this.#context, { ...MONO, gain: send })).connect(room);
      return { instrument, pan, input, fader, places: new Map() };
    }

    #makeRoom(whole) {
      const room = new GainNode(this.#context, MONO);
      const sides = new ChannelMergerNode(this.#context, { numberOfInputs: 2 });
      ["left", "right"].forEach((side, channel) => {
        const options = { buffer: this.#bank.room(side), disableNormalization: true };
        room.connect(new ConvolverNode(this.#context, options)).connect(sides, 0, channel);
      });
      sides.connect(whole);
      return room;
    }
  };
})((globalThis.jazzgram ??= {}));
