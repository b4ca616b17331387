/* What the player's instruments sound like, as numbers for Web Audio. Nothing here sounds. */
(function (jazzgram) {
  "use strict";
  const LAST_PIANO = 7; // General MIDI programs from 0
  const BASSES = [32, 39];

  /* Equal temperament; A4 (69) is 440 Hz. */
  const frequencyOf = (pitch) => 440 * Math.pow(2, (pitch - 69) / 12);

  const levelOf = (velocity) => Math.pow(velocity / 127, 1.5);

  /* Attack and decay in seconds (0: it holds), volume, and the waves with their detuning in cents. */
  function timbreOf(program) {
    if (program >= BASSES[0] && program <= BASSES[1]) {
      return {
        attack: 0.008,
        decay: 0.5,
        volume: 0.34,
        waves: [
          ["triangle", 0],
          ["sine", 0],
        ],
      };
    }
    if (program <= LAST_PIANO) {
      return {
        attack: 0.004,
        decay: 0.35,
        volume: 0.09,
        waves: [
          ["triangle", 0],
          ["sine", 4],
        ],
      };
    }
    return {
      attack: 0.02,
      decay: 0,
      volume: 0.17,
      waves: [
        ["sawtooth", -4],
        ["triangle", 5],
      ],
    };
  }

  /* Filtered noise: kick and snare below 40, crash and ride from 49, toms and hi-hat between (General MIDI). */
  function drumOf(pitch) {
    if (pitch < 40) return { filter: "lowpass", frequency: 180, volume: 0.5, decay: 0.05 };
    if (pitch >= 49) return { filter: "highpass", frequency: 6500, volume: 0.07, decay: 0.12 };
    return { filter: "highpass", frequency: 3000, volume: 0.1, decay: 0.05 };
  }

  /* The same white noise every time, between -1 and 1 (Park and Miller's generator). */
  function fillWithNoise(samples) {
    let seed = 7;
    for (let index = 0; index < samples.length; index += 1) {
      seed = (seed * 16807) % 2147483647;
      samples[index] = seed / 1073741823.5 - 1;
    }
    return samples;
  }

  jazzgram.timbre = { frequencyOf, levelOf, timbreOf, drumOf, fillWithNoise };
})((globalThis.jazzgram ??= {}));
