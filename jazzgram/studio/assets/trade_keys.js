/* The computer's keys as a piano: A to L are white keys from C on, the row above has the black ones, Z and X change the
   octave. Keys count by where they lie (KeyboardEvent.code), whatever letter a layout has there. No DOM. */
(function (jazzgram) {
  "use strict";
  const ROW = ["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ"];
  const ABOVE = ["KeyK", "KeyO", "KeyL", "KeyP"]; // the next octave's first keys
  const SEMITONES = new Map([...ROW, ...ABOVE].map((code, semitone) => [code, semitone]));
  const OCTAVES = { KeyZ: -1, KeyX: 1 };
  const [LOWEST, HIGHEST] = [1, 7]; // octaves; C4 is MIDI 60
  const NAMES = ["C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

  /* The pitch of a key in an octave; null where it is no key of the piano. */
  function pitchOf(code, octave) {
    const semitone = SEMITONES.get(code);
    return semitone === undefined ? null : 12 * (octave + 1) + semitone;
  }

  /* The octave after a key; null where it changes none. */
  function octaveAfter(code, octave) {
    if (!Object.hasOwn(OCTAVES, code)) return null;
    return Math.max(LOWEST, Math.min(octave + OCTAVES[code], HIGHEST));
  }

  const nameOf = (pitch) => `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

  const isBlack = (pitch) => [1, 3, 6, 8, 10].includes(pitch % 12);

  /* The letter on a key of the keyboard on the screen, as the American layout has it; "" for none. */
  function letterOf(pitch, octave) {
    const semitone = pitch - 12 * (octave + 1);
    const code = [...ROW, ...ABOVE][semitone];
    return code ? code.slice(3) : "";
  }

  jazzgram.tradeKeys = { pitchOf, octaveAfter, nameOf, isBlack, letterOf };
})((globalThis.jazzgram ??= {}));
