/* The sound of a view: its recording where there is one, else its notes played by this page.

   const player = jazzgram.Player(view, {audio: element or null});
   player.toggle() player.play() player.pause() player.seek(tick) player.tick() player.playing() player.length (ticks)
   player.mute(track, whether)   tracks as in view.tracks; without effect on a recording
   player.view(other)            play another view from now on
   player.onchange = () => {}    called when playing begins and ends

   A page cannot sound before it was touched: call play() from a click or a key. */
(function () {
  "use strict";
  const jazzgram = (window.jazzgram = window.jazzgram || {});
  const AHEAD = 0.25, OFTEN = 60; // seconds that are planned ahead, milliseconds between looks
  const BASS = [32, 39], PIANO = [0, 7];

  jazzgram.Player = function (view, options) {
    const audio = (options || {}).audio || null;
    let context = null, out = null, noise = null, timer = null;
    let started = 0, from = 0, next = [], sounding = [];
    const muted = new Set();
    const player = { onchange: () => {} };

    const perTick = () => 60 / (view.tempo * view.quarter);
    const length = () => view.bars * view.bar;

    function voice(track, pitch, velocity, when, seconds) {
      const gain = context.createGain(), level = Math.pow(velocity / 127, 1.5);
      const [attack, decay, volume, waves] = sound(track);
      gain.gain.setValueAtTime(0, when);
      gain.gain.linearRampToValueAtTime(volume * level, when + attack);
      if (decay) gain.gain.setTargetAtTime(0, when + attack, decay);
      gain.gain.setTargetAtTime(0, when + Math.max(seconds - 0.02, attack), 0.03);
      const filter = context.createBiquadFilter();
      filter.type = "lowpass";
      filter.frequency.value = 900 + 3200 * level;
      filter.connect(gain);
      gain.connect(out);
      for (const [kind, cents] of waves) {
        const wave = context.createOscillator();
        wave.type = kind;
        wave.frequency.value = 440 * Math.pow(2, (pitch - 69) / 12);
        wave.detune.value = cents;
        wave.connect(filter);
        wave.start(when);
        wave.stop(when + seconds + 0.25);
        sounding.push(wave);
      }
    }

    function sound(track) {
      if (track.program >= BASS[0] && track.program <= BASS[1]) return [0.008, 0.5, 0.34, [["triangle", 0], ["sine", 0]]];
      if (track.program >= PIANO[0] && track.program <= PIANO[1]) return [0.004, 0.35, 0.09, [["triangle", 0], ["sine", 4]]];
      return [0.02, 0, 0.17, [["sawtooth", -4], ["triangle", 5]]];
    }

    function drum(pitch, velocity, when) {
      const source = context.createBufferSource(), gain = context.createGain(), filter = context.createBiquadFilter();
      const low = pitch < 40, ride = pitch >= 49;
      source.buffer = noise;
      filter.type = low ? "lowpass" : "highpass";
      filter.frequency.value = low ? 180 : ride ? 6500 : 3000;
      gain.gain.setValueAtTime((low ? 0.5 : ride ? 0.07 : 0.1) * velocity / 127, when);
      gain.gain.setTargetAtTime(0, when, low ? 0.05 : ride ? 0.12 : 0.05);
      source.connect(filter); filter.connect(gain); gain.connect(out);
      source.start(when); source.stop(when + 0.6);
      sounding.push(source);
    }

    function begin() {
      context = context || new (window.AudioContext || window.webkitAudioContext)();
      context.resume();
      if (!noise) {
        noise = context.createBuffer(1, context.sampleRate, context.sampleRate);
        const data = noise.getChannelData(0);
        let seed = 7;
        for (let n = 0; n < data.length; n++) { seed = (seed * 16807) % 2147483647; data[n] = seed / 1073741823.5 - 1; }
      }
      out = context.createDynamicsCompressor();
      out.connect(context.destination);
      started = context.currentTime + 0.06;
      next = view.tracks.map((track) => { const at = track.notes.findIndex((note) => note[1] >= from); return at < 0 ? track.notes.length : at; });
      timer = setInterval(plan, OFTEN);
      plan();
    }

    function plan() {
      const now = player.tick(), until = context.currentTime + AHEAD;
      view.tracks.forEach((track, number) => {
        while (next[number] < track.notes.length) {
          const [pitch, onset, duration, velocity] = track.notes[next[number]];
          const when = started + (onset - from) * perTick();
          if (when > until) break;
          if (!muted.has(number)) {
            if (track.drum) drum(pitch, velocity, Math.max(when, context.currentTime));
            else voice(track, pitch, velocity, Math.max(when, context.currentTime), duration * perTick());
          }
          next[number] += 1;
        }
      });
      sounding = sounding.slice(-400);
      if (now >= length()) { player.pause(); from = 0; player.onchange(); }
    }

    player.playing = () => (audio ? !audio.paused : timer !== null);
    player.tick = () => {
      if (audio) return Math.min(audio.currentTime / perTick(), length());
      return timer === null ? from : Math.max(from, Math.min(from + (context.currentTime - started) / perTick(), length()));
    };
    player.play = () => {
      if (player.playing()) return;
      if (audio) audio.play();
      else { if (from >= length()) from = 0; begin(); player.onchange(); }
    };
    player.pause = () => {
      if (!player.playing()) return;
      if (audio) { audio.pause(); return; }
      from = player.tick();
      clearInterval(timer);
      timer = null;
      for (const source of sounding) { try { source.stop(); } catch (error) { /* it was over */ } }
      sounding = [];
      out.disconnect();
      player.onchange();
    };
    player.toggle = () => (player.playing() ? player.pause() : player.play());
    player.seek = (tick) => {
      if (audio) { audio.currentTime = tick * perTick(); return; }
      const going = player.playing();
      if (going) player.pause();
      from = Math.max(0, Math.min(tick, length()));
      if (going) player.play(); else player.onchange();
    };
    player.mute = (track, whether) => { if (whether) muted.add(track); else muted.delete(track); };
    player.view = (other) => {
      const tick = player.tick(), going = player.playing();
      if (going) player.pause();
      view = other;
      from = Math.min(tick, length());
      if (going) player.play();
    };
    Object.defineProperty(player, "length", { get: length });
    if (audio) for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, () => player.onchange());
    return player;
  };
})();
