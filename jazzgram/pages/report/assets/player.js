/* Plays a view with the sound bank, each note at its time on the audio clock.

   const player = new jazzgram.Player(view, sound, bank);   `sound` is as in docs/sound.md; its parts are view.tracks
   player.toggle() player.play() player.pause() player.seek(tick)
   player.tick player.playing player.length (ticks)   player.counting: whether the count-in sounds
   player.show(view, sound)      play another view from now on; what is playing goes on at its tick
   player.prepare()              decode the recordings before they are asked for
   player.parts                  [{name, level, muted, alone}]: level in dB
   player.setFader(name, {...})  change some of these
   player.set({tempo, loop, faster, countIn, metronome})   change some of these; with words as in `settings`
   player.settings               tempo (quarters a minute), loop ({from, to} in bars, `to` not in it, or null),
                                 faster (quarters a minute by which each pass of the loop is), countIn (whether),
                                 metronome ("off", "beats" or "backbeat", which is 2 and 4)
   player.onchange = () => {}    called when playing begins or ends, and when settings or faders change
   player.onfaders = () => {}    called when faders change
   player.onerror = (error) => {}

   A page cannot sound before it was touched: call play() from a click or a key. */
(function (jazzgram) {
  "use strict";
  const { timeline, schedule, envelope } = jazzgram;
  const AHEAD = 0.4; // seconds that are planned ahead
  const AHEAD_HIDDEN = 2.5; // in a tab that is not seen timers go off once a second
  const LOOK_EVERY = 50; // milliseconds
  const LEAD_IN = 0.1; // seconds before the first note
  const FIRM = 0.03; // seconds ahead that are not planned anew
  const FADER = { level: 0, muted: false, alone: false };

  jazzgram.Player = class Player {
    onchange = () => {};
    onfaders = () => {};
    onerror = () => {};
    #view;
    #sound;
    #bank;
    #context = null;
    #band = null; // while playing
    #timer = null;
    #loading = null; // what is waited for: only the newest wish counts
    #wanted = false; // whether it plays, or will as soon as the recordings are there
    #from = 0; // the tick where it stands while it does not play
    #segments = [];
    #next = []; // for each track the index of the note that is planned next
    #nextBeat = 0;
    #counted = []; // the beats of the count-in, in seconds
    #voices = []; // {voice, when, end, tick}: begin and end in seconds, the end in ticks too; a click's is null
    #faders = new Map();
    #settings;

    constructor(view, sound, bank) {
      this.#view = view;
      this.#sound = sound;
      this.#bank = bank;
      this.#settings = { tempo: view.tempo, loop: null, faster: 0, countIn: false, metronome: "off" };
    }

    get length() {
      return timeline.lengthOf(this.#view);
    }

    get playing() {
      return this.#wanted;
    }

    get counting() {
      return this.#timer !== null && this.#counted.length > 0 && this.#context.currentTime < this.#segments[0].started;
    }

    get tick() {
      if (this.#timer === null) return this.#from;
      return schedule.tickAt(this.#context.currentTime, this.#segments, this.#view);
    }

    get settings() {
      return { ...this.#settings, tempo: this.#tempo };
    }

    get parts() {
      return this.#sound.parts.map(({ name }) => ({ name, ...FADER, ...this.#faders.get(name) }));
    }

    async prepare() {
      try {
        await this.#bank.prepare(this.#sound);
      } catch {
        // whoever presses play sees it
      }
    }

    play() {
      if (this.#wanted) return;
      this.#wanted = true;
      this.#context ??= new AudioContext();
      this.#context.resume();
      this.#whenLoaded(() => this.#begin(schedule.beginAt(this.#from, this.#view, this.#loop)));
      this.onchange();
    }

    pause() {
      if (this.#wanted) this.#stop(this.tick);
    }

    toggle() {
      if (this.playing) this.pause();
      else this.play();
    }

    seek(tick) {
      const wanted = schedule.clampTick(tick, this.#view);
      if (this.#timer === null) this.#from = wanted;
      else this.#moveTo(wanted);
      this.onchange();
    }

    show(view, sound) {
      if (this.#timer === null) {
        this.#take(view, sound);
        this.#from = schedule.clampTick(this.#from, view);
        if (this.#wanted) this.#whenLoaded(() => this.#begin(this.#from));
        return;
      }
      this.#whenLoaded(() => {
        const soon = this.#context.currentTime + LEAD_IN;
        const tick = schedule.clampTick(schedule.tickAt(soon, this.#segments, this.#view), view);
        this.#take(view, sound);
        this.#begin(schedule.beginAt(tick, view, this.#loop), { isGoingOn: true });
      }, sound);
    }

    setFader(name, changed) {
      this.#faders.set(name, { ...FADER, ...this.#faders.get(name), ...changed });
      this.#band?.setFaders(envelope.faderGains(this.parts));
      this.onfaders();
      this.onchange();
    }

    set(changed) {
      const { tempo = this.#tempo, ...others } = changed;
      this.#settings = { ...this.#settings, ...others, tempo: timeline.clampTempo(tempo) };
      if (this.#timer !== null) this.#replan();
      this.onchange();
    }

    /* A loop gets faster: what counts is the pass that sounds. */
    get #tempo() {
      if (this.#timer === null) return this.#settings.tempo;
      return schedule.segmentAt(this.#context.currentTime, this.#segments).tempo;
    }

    get #loop() {
      const { loop } = this.#settings;
      if (!loop) return null;
      const { bar, bars } = this.#view;
      const to = Math.min(loop.to, bars);
      return { from: Math.min(loop.from, to - 1) * bar, to: to * bar };
    }

    #take(view, sound) {
      if (this.#settings.tempo === this.#view.tempo) this.#settings.tempo = view.tempo;
      this.#view = view;
      this.#sound = sound;
    }

    /* Go on when the recordings are there, unless it was stopped or another view came since. */
    async #whenLoaded(go, sound = this.#sound) {
      const waited = {};
      this.#loading = waited;
      try {
        await this.#bank.load(sound, this.#context.sampleRate);
      } catch (error) {
        if (this.#wanted) this.#stop(this.tick);
        this.onerror(error);
        return;
      }
      if (this.#wanted && this.#loading === waited) go();
    }

    #begin(from, { isGoingOn = false } = {}) {
      const before = this.#band;
      this.#band = new jazzgram.Band(this.#context, this.#sound, this.#bank);
      const now = this.#context.currentTime; // making a band takes a while
      before?.end(now + (isGoingOn ? LEAD_IN : 0));
      this.#band.setFaders(envelope.faderGains(this.parts));
      this.#voices = [];
      const { tempo } = this.settings;
      this.#settings.tempo = tempo;
      let started = now + LEAD_IN;
      this.#counted = [];
      if (this.#settings.countIn && !isGoingOn) {
        const beat = timeline.beatLength(this.#view);
        const seconds = (beat * 60) / (tempo * this.#view.quarter);
        this.#counted = Array.from({ length: this.#view.bar / beat }, (_, index) => started + index * seconds);
        this.#counted.forEach((when, index) => this.#band.click(when, index === 0));
        started += this.#counted.length * seconds;
      }
      this.#startSegments(from, started, tempo, { isBegun: !isGoingOn });
      clearInterval(this.#timer);
      this.#timer = setInterval(() => this.#plan(), LOOK_EVERY);
      this.#plan();
    }

    #startSegments(from, started, tempo, { before = [], isBegun = true } = {}) {
      this.#segments = [...before, schedule.segmentFrom(from, started, tempo, this.#loop, this.#view)];
      this.#next = schedule.firstNotes(this.#view.tracks, from, isBegun);
      this.#nextBeat = from;
    }

    /* Another tempo, loop or metronome: what was planned but does not sound yet is planned anew, and what sounds ends
       where it does at the new tempo. */
    #replan() {
      const firm = this.#context.currentTime + FIRM;
      if (firm < this.#segments[0].started) {
        this.#begin(this.#segments[0].from); // the count-in begins again
        return;
      }
      const sounding = schedule.segmentAt(firm, this.#segments);
      const tick = schedule.tickAt(firm, this.#segments, this.#view);
      this.#dropVoices(firm);
      const from = schedule.beginAt(tick, this.#view, this.#loop);
      this.#startSegments(from, firm, this.#settings.tempo, { before: [sounding], isBegun: from !== tick });
      const [, segment] = this.#segments;
      for (const each of this.#voices) {
        if (each.tick === null || each.end <= firm) continue;
        each.end = from === tick ? schedule.secondsAt(Math.min(each.tick, segment.to), segment, this.#view) : firm;
        each.voice.release(each.end);
      }
      this.#plan();
    }

    #moveTo(tick) {
      const now = this.#context.currentTime;
      this.#settings.tempo = this.#tempo;
      this.#dropVoices(now);
      for (const { voice, end } of this.#voices) if (end > now) voice.release(now);
      this.#counted = [];
      const from = schedule.beginAt(tick, this.#view, this.#loop);
      this.#startSegments(from, now + FIRM, this.#settings.tempo);
      this.#plan();
    }

    #dropVoices(after) {
      for (const { voice, when } of this.#voices) if (when > after) voice.stop();
      this.#voices = this.#voices.filter(({ when }) => when <= after);
    }

    #plan() {
      const now = this.#context.currentTime;
      const until = now + (document.hidden ? AHEAD_HIDDEN : AHEAD);
      let segment = this.#segments.at(-1);
      this.#planSegment(segment, now, until);
      while (schedule.endOf(segment, this.#view) <= until) {
        const next = schedule.following(segment, this.#loop, this.#settings.faster, this.#view);
        if (!next) break;
        this.#startSegments(next.from, next.started, next.tempo, { before: this.#segments.slice(-2) });
        segment = next;
        this.#planSegment(segment, now, until);
      }
      this.#voices = this.#voices.filter(({ when, end }) => end > now || when > now);
      if (now >= schedule.endOf(segment, this.#view)) this.#stop(0);
    }

    #planSegment(segment, now, until) {
      const { due, next } = schedule.dueNotes(this.#view, segment, this.#next, until, this.#loop !== null);
      this.#next = next;
      for (const { track, note, when, end } of due) {
        const voice = this.#band.play(track, note, Math.max(when, now), end);
        if (voice) this.#voices.push({ voice, when, end, tick: note.onset + note.duration });
      }
      const beats = schedule.dueBeats(this.#view, segment, this.#nextBeat, until);
      this.#nextBeat = beats.next;
      for (const { when, beat } of beats.due) {
        if (!timeline.isClicked(beat, this.#settings.metronome)) continue;
        const voice = this.#band.click(Math.max(when, now), beat === 0);
        this.#voices.push({ voice, when, end: when, tick: null });
      }
    }

    #stop(tick) {
      this.#settings.tempo = this.#tempo;
      clearInterval(this.#timer);
      this.#timer = null;
      this.#wanted = false;
      this.#from = tick;
      this.#counted = [];
      if (this.#band) {
        const now = this.#context.currentTime;
        this.#dropVoices(now);
        this.#band.end(now);
      }
      this.#band = null;
      this.#voices = [];
      this.onchange();
    }
  };
})((globalThis.jazzgram ??= {}));
