/* How a region of the sound bank (docs/sound.md) plays a note, as numbers for Web Audio. Nothing here sounds. */
(function (jazzgram) {
  "use strict";
  const SILENT = 60; // dB by which a note falls before it stops
  const CHOKE = 600; // dB a second by which another note of its group ends it

  const gainOf = (decibels) => Math.pow(10, decibels / 20);

  /* The softest is 0 and the loudest 1: 40 dB for a tenth of the velocity. */
  const levelOf = (velocity) => Math.pow(velocity / 127, 2);

  /* The region that plays a pitch, or else the one with the nearest root: a step of the chain may leave the range. */
  function regionOf(regions, pitch) {
    const exact = regions.find(({ low, high }) => low <= pitch && pitch <= high);
    if (exact || !regions.length) return exact ?? null;
    const away = (region) => Math.abs(region.root - pitch);
    return regions.reduce((nearest, region) => (away(region) < away(nearest) ? region : nearest));
  }

  /* What a note of a pitch and velocity needs: `rate` of playback; `offset` in seconds from the click; `loop` or null;
     `length`, seconds of sound without a loop; `gain`; `hold` seconds and then `decay` in dB a second; `release` seconds
     from the note's end until it stops; `cutoff` in Hz or null; `pan`; `choke`. */
  function voiceOf(region, pitch, velocity) {
    const rate = Math.pow(2, (pitch - region.root) / 12);
    const darker = ((region.darker ?? 0) * (127 - velocity)) / 127;
    return {
      rate,
      offset: region.start,
      loop: region.loop ?? null,
      length: region.loop ? Infinity : (region.end - region.start) / rate,
      gain: gainOf(region.gain ?? 0) * levelOf(velocity),
      hold: region.hold ?? 0,
      decay: region.decay ?? 0,
      release: SILENT / (region.release ?? 1000),
      cutoff: region.cutoff ? region.cutoff * Math.pow(2, -darker) : null,
      pan: region.pan ?? 0,
      choke: region.choke ?? 0,
    };
  }

  /* The index of the click in the samples of a decoded file: the largest value within its first tenth of a second. */
  function clickAt(samples, rate) {
    let [largest, index] = [-1, 0];
    const end = Math.min(samples.length, Math.round(0.1 * rate));
    for (let at = 0; at < end; at += 1) {
      const size = Math.abs(samples[at]);
      if (size > largest) [largest, index] = [size, at];
    }
    return index;
  }

  /* The factor of each part: its fader in dB, 0 where it is muted, or another one plays alone. */
  function faderGains(faders) {
    const alone = faders.some((fader) => fader.alone);
    return faders.map((fader) => (fader.muted || (alone && !fader.alone) ? 0 : gainOf(fader.level)));
  }

  jazzgram.envelope = { SILENT, CHOKE, gainOf, levelOf, regionOf, voiceOf, clickAt, faderGains };
})((globalThis.jazzgram ??= {}));
