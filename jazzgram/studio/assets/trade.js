/* The tab Trade: the musician plays some bars, the machine answers, over the band.

   const trade = new jazzgram.Trade({session, solo, live});   `live` as /start has it
   trade.show(take)   another take is shown
   trade.draw()       another state of the session
   trade.isRunning

   What is played becomes a state of the session, as any other take: see history.js. The document gets the event
   "jazzgram:trade" with {kind}: "begun" with `started`, the moment of the first click on the audio clock, and `tick`,
   the seconds of a tick; "played" with notes of an answer, how many are `late` or `leftOut`, and `at`, when they were
   known; "exchange" with a turn that is over; "over" with the sentence that is shown. */
(function (jazzgram) {
  "use strict";
  const { timeline, envelope, history } = jazzgram;
  const { get } = jazzgram.dom;
  const { withAnswer, titleOf, recordOf, faultsText } = jazzgram.tradeTurns;
  const LOOK_EVERY = 50; // milliseconds
  const IN_FLIGHT = 1; // milliseconds after a deadline in which the last stroke may still be on its way
  const BEFORE = 0.001; // seconds before a deadline that the server is not to answer yet
  const YOU = 1; // the musician's part of a session's sound

  const LOCK_HINT = get("lock-hint").textContent;
  const TRADED_HINT = "A traded take: its bars are not locked, but answered anew in the tab Trade.";

  const seconds = () => performance.now() / 1000;

  jazzgram.Trade = class Trade {
    #session;
    #solo;
    #setup;
    #stage;
    #clock = new jazzgram.TradeClock();
    #roll = new jazzgram.TradeRoll(get("trade-roll"));
    #piano;
    #midi;
    #link = null; // while a session runs
    #started = null; // what the server sent of it
    #strokes = []; // what was played, in case the server is lost
    #board = new jazzgram.TradeBoard();
    #typing;
    #practice;
    #sounding = new Set(); // pitches that are held
    #timers = [];
    #deadline = null;
    #sent = -Infinity; // the moment of the last message to the server
    #missed = 0;
    #end = ""; // why it was stopped
    #faults = ""; // what went amiss, as it is shown
    #take = null;
    #loaded = null; // {sound, you} of what is ready to sound

    constructor({ session, solo, live }) {
      this.#session = session;
      this.#solo = solo;
      this.#stage = new jazzgram.TradeStage(solo.bank);
      this.#setup = new jazzgram.TradeSetup(live, () => this.#setFaders());
      this.#piano = new jazzgram.TradePiano(get("trade-piano"), (...stroke) => this.#stroke(...stroke));
      this.#typing = new jazzgram.TradeTyping({
        onstroke: (...stroke) => this.#stroke(...stroke),
        onoctave: (octave) => this.#piano.show(octave),
        oncommand: (event) => this.#command(event),
      });
      this.#piano.show(this.#typing.octave);
      for (const button of document.querySelectorAll("[data-octave]")) {
        button.addEventListener("click", () => this.#typing.shift(button.dataset.octave));
      }
      const ports = new jazzgram.TradePorts({
        onstroke: (...stroke) => this.#stroke(...stroke),
        ongone: (name) => this.#gone(name),
        onerror: (text) => this.#say(text),
      });
      this.#midi = ports.midi;
      this.#practice = new jazzgram.TradePractice({
        stage: this.#stage,
        load: () => this.#load(this.#take.sound, null),
        onlatency: (measured) => this.#setup.setLatency(measured),
        say: (text) => this.#say(text),
      });
      solo.onfaders = () => this.#setFaders();
      get("trade-start").addEventListener("click", () => (this.isRunning ? this.#stop("") : this.#start()));
      get("trade-leave").addEventListener("click", () => this.#leave());
      get("trade-tempo").addEventListener("change", () => this.#setTempo());
      addEventListener("blur", () => this.#releaseAll());
      document.addEventListener("visibilitychange", () => {
        if (document.hidden) this.#stop("The page went to the background, where a browser keeps no time.");
      });
      addEventListener("pagehide", () => this.#finish(null, ""));
    }

    get isRunning() {
      return this.#link !== null;
    }

    show(take) {
      this.#take = take;
      this.draw();
      if (this.isRunning) return;
      const { exchanges, view } = take;
      get("trade-exchanges").hidden = !exchanges;
      get("lock-hint").textContent = exchanges ? TRADED_HINT : LOCK_HINT;
      if (!exchanges) return;
      this.#roll.show(view, exchanges);
      const { live } = this.#session.state.trade;
      jazzgram.showExchanges(exchanges, live.respond, this.#setup.choices, {
        onplay: ({ bar }) => this.#solo.playFrom(bar * view.bar),
        onanswer: (index, value) => this.#answer(index, value),
      });
    }

    draw() {
      const { improvise = {} } = this.#session.state.edit;
      if (get("trade-tempo") !== document.activeElement) get("trade-tempo").value = improvise.tempo ?? "";
      get("trade-tempo").placeholder = this.#take?.view.tempo ?? "own";
    }

    /* Show where a traded take is while the player plays it. */
    moveCursor(tick) {
      if (!this.isRunning && this.#take?.exchanges) this.#roll.moveCursor(tick);
    }

    async #start() {
      this.#solo.pause();
      this.#practice.stop();
      this.#say("Getting ready…");
      this.#setRunning(true);
      const protocol = location.protocol === "https:" ? "wss:" : "ws:";
      this.#link = new jazzgram.TradeLink(new WebSocket(`${protocol}//${location.host}/trade`), {
        onstarted: (started) => this.#begin(started),
        onmoved: (moved) => this.#moved(moved),
        onend: (record, error) => this.#finish(record, error),
      });
      [this.#strokes, this.#missed, this.#end, this.#faults, this.#started] = [[], 0, "", "", null];
      this.#clock = new jazzgram.TradeClock();
      this.#sent = -Infinity;
      const { edit } = this.#session.recipe;
      this.#link.start({ edit, kept: [], trade: { live: this.#setup.live } }, this.#setup.latency);
    }

    async #begin(started) {
      const link = this.#link;
      try {
        await this.#load(started.sound, YOU);
      } catch (error) {
        this.#stop(`It cannot sound: ${error.message}`);
        return;
      }
      if (!link || this.#link !== link) return; // it was stopped meanwhile
      const view = jazzgram.steps.readView(started.view);
      const turns = started.turns.map(([player, bar, bars]) => ({ player, bar, bars }));
      this.#started = { ...started, view, turns };
      this.#stage.begin(view, started.count_in);
      this.#roll.begin(view, turns);
      this.#say("");
      requestAnimationFrame(() => get("trade-start").scrollIntoView({ block: "start" }));
      const tick = timeline.secondsPerTick(view);
      report("begun", { started: this.#stage.started, first: this.#stage.secondsAt(0), tick });
      this.#timers = [setInterval(() => this.#look(), LOOK_EVERY)];
      this.#look();
      this.#setDeadline(started.deadline);
      this.#frame();
    }

    /* Send the server the time, and what was played. A deadline is sent only by its own timer, which lets what has been
       played before it come first, where the page was busy. */
    #look(strokes = [], isDeadline = false) {
      if (!this.#started || !this.isRunning) return;
      const jump = this.#clock.look(this.#stage.now, seconds());
      if (jump) {
        this.#stop(`The audio clock jumped by ${jump.toFixed(1)} seconds: the computer slept, or was too busy.`);
        return;
      }
      const now = this.#withDeadline(this.#clock.seconds(seconds()) - this.#stage.started, isDeadline);
      this.#sent = Math.max(this.#sent, now); // the estimate of the clock may step back a little
      this.#link.move(this.#sent, strokes);
      this.#midi.tick(seconds());
      const { view } = this.#started;
      if (this.#stage.tick > timeline.lengthOf(view) + view.quarter) this.#stop("");
    }

    #withDeadline(now, isDeadline) {
      if (this.#deadline === null) return now;
      return isDeadline ? Math.max(now, this.#deadline) : Math.min(now, this.#deadline - BEFORE);
    }

    #setDeadline(deadline) {
      if (deadline === this.#deadline) return;
      this.#deadline = deadline;
      if (deadline === null) return;
      const wait = 1000 * (this.#stage.started + deadline - this.#clock.seconds(seconds())) + IN_FLIGHT;
      const look = () => this.#timers.push(setTimeout(() => this.#look([], true)));
      this.#timers.push(setTimeout(look, Math.max(0, wait)));
    }

    #moved({ played, exchanges, deadline, left_out: leftOut, too_late: tooLate }) {
      if (played.length) {
        const send = this.#midi.isSending ? (note) => this.#send(note) : undefined;
        const sounded = this.#stage.answer(played, send);
        this.#missed += sounded.leftOut;
        this.#roll.answer(played);
        report("played", { notes: played, ...sounded, at: this.#stage.now });
      }
      for (const exchange of exchanges) {
        if (exchange.player === "me") this.#roll.add(exchange);
        report("exchange", { ...exchange, tooLate });
      }
      this.#setDeadline(deadline);
      this.#faults = faultsText({ leftOut: leftOut + this.#link.leftOut, tooLate, missed: this.#missed });
      this.#say(this.#faults);
    }

    /* The answer goes to a MIDI port: when the page's own sound would be heard. */
    #send(note) {
      const pageAt = (audio) => this.#clock.pageAt(audio) + this.#stage.latency;
      this.#midi.answer([{ ...note, when: pageAt(note.when), end: pageAt(note.end) }]);
      this.#midi.tick(seconds());
    }

    #stop(why) {
      if (!this.isRunning) return;
      this.#end = why;
      this.#silence();
      this.#link.stop();
    }

    #silence() {
      for (const timer of this.#timers) {
        clearInterval(timer);
        clearTimeout(timer);
      }
      this.#timers = [];
      this.#midi.silence();
      this.#releaseAll();
      this.#stage.stop();
    }

    /* A session is over: what was played becomes a take. */
    #finish(record, error) {
      if (!this.isRunning) return;
      const found = record ?? this.#ownRecord();
      this.#silence();
      this.#link = null;
      this.#deadline = null;
      this.#setRunning(false);
      const isEmpty = !this.#started || found.end === 0;
      const why = [error || this.#end, this.#faults].filter(Boolean);
      if (isEmpty) {
        this.#say([...why, ...(this.#started || !error ? ["Nothing was played yet."] : [])].join(" "));
      } else {
        const live = this.#setup.live;
        this.#session.change(titleOf(live), (state) => history.setTrade(state, { live, ...found }));
        this.#say([...why, "What was played is a take: the other tabs show it."].join(" "));
      }
      report("over", { text: get("trade-say").textContent });
    }

    /* What was played, as the page knows it: where the server is gone. */
    #ownRecord() {
      if (!this.#started) return { strokes: [], end: 0 };
      const times = { first: this.#stage.secondsAt(0), latency: this.#setup.latency, now: this.#stage.now };
      return recordOf(this.#strokes, this.#started.view, times);
    }

    /* Keys. */
    #stroke(pitch, velocity, moment = seconds()) {
      const isDown = velocity > 0;
      if (!isDown && !this.#sounding.has(pitch)) return;
      if (isDown) this.#sounding.add(pitch);
      else this.#sounding.delete(pitch);
      this.#piano.light(pitch, isDown);
      if (isDown) this.#board.blink();
      if (!this.isRunning) this.#practice.stroke(pitch, velocity, moment);
      this.#sound(pitch, velocity);
      if (!this.#started || !this.isRunning) return;
      const at = Math.min(this.#clock.seconds(moment), this.#stage.now + 0.01);
      const tick = (at - this.#setup.latency - this.#stage.secondsAt(0)) / timeline.secondsPerTick(this.#started.view);
      if (isDown) this.#roll.strike(pitch, tick);
      else this.#roll.release(pitch, tick);
      this.#strokes.push([at, pitch, velocity]);
      this.#look([[at - this.#stage.started, pitch, velocity]]);
    }

    async #sound(pitch, velocity) {
      if (!this.#setup.isMonitoring) return;
      if (velocity && !this.#stage.isReady && !this.isRunning && this.#take) {
        try {
          await this.#load(this.#take.sound, null);
        } catch {
          return; // Start reports it
        }
        if (!this.#sounding.has(pitch)) return;
      }
      if (velocity) this.#stage.strike(pitch, velocity);
      else this.#stage.release(pitch);
    }

    #gone(name) {
      const text = `The MIDI port “${name}” is gone.`;
      if (this.isRunning) this.#stop(text);
      else this.#say(text);
    }

    #releaseAll() {
      for (const pitch of [...this.#sounding]) this.#stroke(pitch, 0);
      this.#typing.releaseAll();
      if (this.#stage.isReady) this.#stage.releaseAll();
    }

    /* While bars are traded the space bar stops, and N is no new take. */
    #command({ key, repeat }) {
      if (!this.isRunning) return false;
      if (key === " " && !repeat) this.#stop("");
      return key === " " || key.toLowerCase() === "n";
    }

    /* What is shown. */
    #frame() {
      if (!this.isRunning || !this.#started) return;
      const { view, turns } = this.#started;
      const { tick } = this.#stage;
      this.#board.show(turns, view, tick);
      this.#roll.moveCursor(tick);
      requestAnimationFrame(() => this.#frame());
    }

    #say(text) {
      if (get("trade-say").textContent !== text) get("trade-say").textContent = text;
    }

    #setRunning(whether) {
      document.body.classList.toggle("trading", whether);
      get("trade-start").textContent = whether ? "Stop" : "Start";
      get("trade-live").hidden = !whether;
      this.#setup.enable(!whether);
      get("trade-exchanges").hidden = whether || !this.#take?.exchanges;
      if (whether) this.#board.clear();
    }

    async #load(sound, you) {
      await this.#stage.load(sound, you ?? 0);
      this.#loaded = { sound, you };
      this.#setFaders();
    }

    /* The mixer of the player has the band; the musician's part is here. */
    #setFaders() {
      if (!this.#loaded) return;
      const { sound, you } = this.#loaded;
      const faders = new Map(this.#solo.faders.map((fader) => [fader.name, fader]));
      const own = { level: this.#setup.level, muted: !this.#setup.isMonitoring, alone: false };
      const all = sound.parts.map(({ name }, index) =>
        index === you ? own : (faders.get(name) ?? { level: 0, muted: false, alone: false }),
      );
      this.#stage.setFaders(envelope.faderGains(all));
    }

    #setTempo() {
      const text = get("trade-tempo").value.trim();
      const tempo = text === "" ? null : Number(text);
      const label = text ? `Tempo ${text}` : "Tempo as the changes have it";
      this.#session.change(label, (state) => history.setImprovise(state, { tempo }), "tempo");
    }

    #answer(index, value) {
      const { exchanges } = this.#take;
      const update = (state) => {
        const { live } = state.trade;
        state.trade.live = { ...live, respond: withAnswer(live.respond, exchanges, index, value) };
      };
      const { bar } = exchanges[index];
      this.#session.change(`Another answer in bar ${bar + 1}`, update);
    }

    #leave() {
      this.#session.change("Back to solos", (state) => history.setTrade(state, null));
    }
  };

  function report(kind, detail) {
    document.dispatchEvent(new CustomEvent("jazzgram:trade", { detail: { kind, ...detail } }));
  }
})((globalThis.jazzgram ??= {}));
