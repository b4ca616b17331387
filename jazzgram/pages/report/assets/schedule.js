/* When the player sounds which note: ticks to the audio clock and back. Nothing here sounds.

   A run of the player is {started, from}: at `started` seconds of the audio clock the tick `from` sounds. */
(function (jazzgram) {
  "use strict";
  const { timeline } = jazzgram;

  /* A tick within the solo. */
  const clampTick = (tick, view) => Math.max(0, Math.min(tick, timeline.lengthOf(view)));

  /* Where playing begins: at the start again after the end. */
  const beginAt = (tick, view) => (tick >= timeline.lengthOf(view) ? 0 : tick);

  /* The tick that sounds at `now` seconds; never before the run's first nor after the solo's last. */
  function tickAt(now, run, view) {
    const tick = run.from + (now - run.started) / timeline.secondsPerTick(view);
    return Math.max(run.from, Math.min(tick, timeline.lengthOf(view)));
  }

  const secondsAt = (tick, run, view) => run.started + (tick - run.from) * timeline.secondsPerTick(view);

  /* For each track the index of its first note at or after a tick. */
  function firstNotes(tracks, tick) {
    return tracks.map(({ notes }) => {
      const index = notes.findIndex((note) => note.onset >= tick);
      return index < 0 ? notes.length : index;
    });
  }

  /* The notes that begin until `until` seconds, from the index `next` of each track on.

     Returns {due, next}: `due` are {track, note, when}, track by track; `next` is where the next look goes on. */
  function dueNotes(view, run, next, until) {
    const due = [];
    const after = view.tracks.map(({ notes }, track) => {
      let index = next[track];
      for (; index < notes.length; index += 1) {
        const when = secondsAt(notes[index].onset, run, view);
        if (when > until) break;
        due.push({ track, note: notes[index], when });
      }
      return index;
    });
    return { due, next: after };
  }

  jazzgram.schedule = { clampTick, beginAt, tickAt, secondsAt, firstNotes, dueNotes };
})((globalThis.jazzgram ??= {}));
