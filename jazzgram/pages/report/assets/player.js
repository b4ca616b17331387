/* The sound of a view: its recording where there is one, else its notes played by this page.

   const player = new jazzgram.Player(view, {audio: element or null});
   player.toggle() player.play() player.pause() player.seek(tick) player.tick player.playing player.length (ticks)
   player.mute(track, whether)   tracks as in view.tracks; without effect on a recording
   player.show(view)             play another view from now on
   player.onchange = () => {}    called when playing begins and ends
   player.onend = () => {}       called after that where the solo was played to its end; time is at its start again

   A page cannot sound before it was touched: call play() from a click or a key. */
(function (jazzgram) {
  "use strict";
  const { timeline, schedule, timbre } = jazzgram;
  const AHEAD = 0.25; // seconds that are planned ahead
  const LOOK_EVERY = 60; // milliseconds
  const LEAD_IN = 0.06; // seconds before the first note
  const MOST_SOUNDING = 400;

  jazzgram.Player = class Player {
    onchange = () => {};
    onend = () => {};
    #view;
    #audio;
    #muted = new Set();
    #context = null;
    #noise = null;
    #output = null;
    #timer = null; // null while nothing is played
    #run = { started: 0, from: 0 };
    #next = []; // for each track the index of the note that is planned next
    #sounding = [];

    constructor(view, { audio = null } = {}) {
      this.#view = view;
      this.#audio = audio;
      if (audio) for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, () => this.onchange());
    }

    get length() {
      return timeline.lengthOf(this.#view);
    }

    get playing() {
      return this.#audio ? !this.#audio.paused : this.#timer !== null;
    }

    get tick() {
      if (this.#audio) {
        return Math.min(this.#audio.currentTime / timeline.secondsPerTick(this.#view), this.length);
      }
      if (this.#timer === null) return this.#run.from;
      return schedule.tickAt(this.#context.currentTime, this.#run, this.#view);
    }

    play() {
      if (this.playing) return;
      if (this.#audio) {
        this.#audio.play();
        return;
      }
      this.#begin(schedule.beginAt(this.#run.from, this.#view));
      this.onchange();
    }

    pause() {
      if (!this.playing) return;
      if (this.#audio) {
        this.#audio.pause();
        return;
      }
      this.#stop(this.tick);
    }

    toggle() {
      if (this.playing) this.pause();
      else this.play();
    }

    seek(tick) {
      if (this.#audio) {
        this.#audio.currentTime = tick * timeline.secondsPerTick(this.#view);
        return;
      }
      const going = this.playing;
      if (going) this.pause();
      this.#run.from = schedule.clampTick(tick, this.#view);
      if (going) this.play();
      else this.onchange();
    }

    mute(track, whether) {
      if (whether) this.#muted.add(track);
      else this.#muted.delete(track);
    }

    show(view) {
      const tick = this.tick;
      const going = this.playing;
      if (going) this.pause();
      this.#view = view;
      this.#run.from = schedule.clampTick(tick, view);
      if (going) this.play();
    }

    #begin(from) {
      this.#context ??= new AudioContext();
      this.#context.resume();
      this.#noise ??= this.#makeNoise();
      this.#output = this.#context.createDynamicsCompressor();
      this.#output.connect(this.#context.destination);
      this.#run = { started: this.#context.currentTime + LEAD_IN, from };
      this.#next = schedule.firstNotes(this.#view.tracks, from);
      this.#timer = setInterval(() => this.#plan(), LOOK_EVERY);
      this.#plan();
    }

    #plan() {
      const now = this.#context.currentTime;
      const { due, next } = schedule.dueNotes(this.#view, this.#run, this.#next, now + AHEAD);
      this.#next = next;
      for (const { track, note, when } of due) {
        if (this.#muted.has(track)) continue;
        const { drum, program } = this.#view.tracks[track];
        if (drum) this.#playDrum(note, Math.max(when, now));
        else this.#playTone(note, program, Math.max(when, now));
      }
      this.#sounding = this.#sounding.slice(-MOST_SOUNDING);
      if (this.tick < this.length) return;
      this.#stop(0);
      this.onend();
    }

    #stop(tick) {
      clearInterval(this.#timer);
      this.#timer = null;
      this.#run.from = tick;
      for (const source of this.#sounding) source.stop();
      this.#sounding = [];
      this.#output.disconnect();
      this.onchange();
    }

    #playTone({ pitch, duration, velocity }, program, when) {
      const seconds = duration * timeline.secondsPerTick(this.#view);
      const level = timbre.levelOf(velocity);
      const { attack, decay, volume, waves } = timbre.timbreOf(program);
      const gain = this.#context.createGain();
      gain.gain.setValueAtTime(0, when);
      gain.gain.linearRampToValueAtTime(volume * level, when + attack);
      if (decay) gain.gain.setTargetAtTime(0, when + attack, decay);
      gain.gain.setTargetAtTime(0, when + Math.max(seconds - 0.02, attack), 0.03);
      const filter = this.#context.createBiquadFilter();
      filter.type = "lowpass";
      filter.frequency.value = 900 + 3200 * level;
      filter.connect(gain).connect(this.#output);
      for (const [kind, cents] of waves) {
        const wave = this.#context.createOscillator();
        wave.type = kind;
        wave.frequency.value = timbre.frequencyOf(pitch);
        wave.detune.value = cents;
        wave.connect(filter);
        wave.start(when);
        wave.stop(when + seconds + 0.25);
        this.#sounding.push(wave);
      }
    }

    #playDrum({ pitch, velocity }, when) {
      const drum = timbre.drumOf(pitch);
      const source = this.#context.createBufferSource();
      const filter = this.#context.createBiquadFilter();
      const gain = this.#context.createGain();
      source.buffer = this.#noise;
      filter.type = drum.filter;
      filter.frequency.value = drum.frequency;
      gain.gain.setValueAtTime((drum.volume * velocity) / 127, when);
      gain.gain.setTargetAtTime(0, when, drum.decay);
      source.connect(filter).connect(gain).connect(this.#output);
      source.start(when);
      source.stop(when + 0.6);
      this.#sounding.push(source);
    }

    #makeNoise() {
      const { sampleRate } = this.#context;
      const noise = this.#context.createBuffer(1, sampleRate, sampleRate); // one second
      timbre.fillWithNoise(noise.getChannelData(0));
      return noise;
    }
  };
})((globalThis.jazzgram ??= {}));
