/* What sounds while bars are traded: the band, the answers, and what the musician plays, on one audio clock.

   const stage = new jazzgram.TradeStage(bank);
   await stage.load(sound, you)     make it ready; `you` is the index of the musician's part
   stage.setFaders(gains)           a factor for each part of the sound
   stage.begin(view, countIn)       the clicks of the count-in begin soon; then the band
   stage.answer(notes, play)        [pitch, onset, duration, velocity] that the soloist will play, here or where `play`
                                    ({pitch, velocity, when, end}) plays them; returns {late, leftOut}: how many are a
                                    moment late, and how many are not played at all
   stage.strike(pitch, velocity) stage.release(pitch) stage.releaseAll()    the musician's keys
   stage.click(count, seconds)      clicks that begin soon; returns their moments
   stage.stop()                     silence, at once
   stage.now stage.tick stage.started   seconds of the audio clock, the tick that sounds, when the count-in began
   stage.latency stage.isReady      seconds from the audio clock to the loudspeaker; whether a sound is loaded
   stage.secondsAt(tick) */
(function (jazzgram) {
  "use strict";
  const { timeline, schedule } = jazzgram;
  const SOLO = 0;
  const AHEAD = 0.3; // seconds of the band that are planned
  const LOOK_EVERY = 50; // milliseconds
  const LEAD_IN = 0.5; // seconds before the first click
  const TOLERANCE = 0.04; // seconds by which a note may sound late: a person does no better
  const LONGEST = 20; // seconds of a key that is held
  const MOST_STRIKES = 20; // in a tenth of a second: more are no music

  jazzgram.TradeStage = class TradeStage {
    #bank;
    #context = null;
    #band = null;
    #you = SOLO;
    #view = null;
    #started = 0;
    #beginning = 0; // when the first bar begins
    #next = [];
    #timer = null;
    #held = new Map(); // by pitch: the voice
    #strikes = [];

    constructor(bank) {
      this.#bank = bank;
    }

    get now() {
      return this.#context.currentTime;
    }

    get isReady() {
      return this.#band !== null;
    }

    get started() {
      return this.#started;
    }

    get latency() {
      return this.#context.outputLatency || this.#context.baseLatency || 0;
    }

    get tick() {
      return (this.now - this.latency - this.#beginning) / timeline.secondsPerTick(this.#view);
    }

    async load(sound, you) {
      this.#context ??= new AudioContext({ latencyHint: "interactive" });
      this.#context.resume();
      await this.#bank.load(sound, this.#context.sampleRate);
      this.#end();
      this.#band = new jazzgram.Band(this.#context, sound, this.#bank);
      this.#you = you;
    }

    setFaders(gains) {
      this.#band?.setFaders(gains);
    }

    begin(view, countIn) {
      this.#view = view;
      const started = this.now + LEAD_IN;
      const beat = timeline.beatLength(view);
      const seconds = beat * timeline.secondsPerTick(view);
      const beats = (countIn * view.bar) / beat;
      this.#click(started, beats, seconds, view.bar / beat);
      this.#beginning = started + beats * seconds;
      this.#started = started;
      this.#next = schedule.firstNotes(view.tracks, 0, true);
      this.#timer = setInterval(() => this.#plan(), LOOK_EVERY);
      this.#plan();
    }

    click(count, seconds) {
      return this.#click(this.now + LEAD_IN, count, seconds, 4);
    }

    secondsAt(tick) {
      return this.#beginning + tick * timeline.secondsPerTick(this.#view);
    }

    answer(notes, play = (note) => this.#band.play(SOLO, note, note.when, note.end)) {
      let [late, leftOut] = [0, 0];
      for (const [pitch, onset, duration, velocity] of notes) {
        const when = this.secondsAt(onset);
        const missed = this.now - when;
        if (missed > TOLERANCE) {
          leftOut += 1;
          continue;
        }
        if (missed > 0) late += 1;
        play({ pitch, velocity, when: Math.max(when, this.now), end: this.secondsAt(onset + duration) });
      }
      return { late, leftOut };
    }

    strike(pitch, velocity) {
      if (!this.#band) return;
      this.release(pitch);
      const { now } = this;
      this.#strikes = this.#strikes.filter((each) => each > now - 0.1);
      if (this.#strikes.length >= MOST_STRIKES) return;
      this.#strikes.push(now);
      const voice = this.#band.play(this.#you, { pitch, velocity }, now, now + LONGEST);
      if (voice) this.#held.set(pitch, voice);
    }

    release(pitch) {
      this.#held.get(pitch)?.release(this.now);
      this.#held.delete(pitch);
    }

    releaseAll() {
      for (const pitch of [...this.#held.keys()]) this.release(pitch);
    }

    stop() {
      clearInterval(this.#timer);
      this.#timer = null;
      this.#held.clear();
      this.#end();
    }

    #click(begin, count, seconds, beatsInBar) {
      const moments = Array.from({ length: count }, (_, index) => begin + index * seconds);
      moments.forEach((when, index) => this.#band.click(when, index % beatsInBar === 0));
      return moments;
    }

    #end() {
      this.#band?.end(this.now);
      this.#band = null;
    }

    #plan() {
      const { now } = this;
      const segment = schedule.segmentFrom(0, this.#beginning, this.#view.tempo, null, this.#view);
      const { due, next } = schedule.dueNotes(this.#view, segment, this.#next, now + AHEAD, false);
      this.#next = next;
      for (const { track, note, when, end } of due) this.#band.play(track, note, Math.max(when, now), end);
    }
  };
})((globalThis.jazzgram ??= {}));
