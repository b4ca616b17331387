/* When the player sounds which note: ticks to the audio clock and back. Nothing here sounds.

   What is played is a row of segments {started, from, to, tempo}: at `started` seconds of the audio clock the tick `from`
   sounds, the tick `to` ends it, and `tempo` is in quarters a minute. Without a loop there is one segment; each pass of a
   loop is one, and so is what follows a turn of the tempo. A loop is {from, to} in ticks, or null. */
(function (jazzgram) {
  "use strict";
  const { timeline } = jazzgram;
  const NEAR = 1e-6; // ticks; what a sum of fractions may miss
  const EARLY = 30; // ticks by which a note that is played early still belongs to the bar after it

  /* A tick within the solo. */
  const clampTick = (tick, view) => Math.max(0, Math.min(tick, timeline.lengthOf(view)));

  /* Where playing begins: at the loop's start if the tick is outside of it; at the solo's start again after its end. */
  function beginAt(tick, view, loop) {
    if (loop) return tick >= loop.from - NEAR && tick < loop.to - NEAR ? tick : loop.from;
    return tick >= timeline.lengthOf(view) - NEAR ? 0 : tick;
  }

  const secondsPerTick = ({ tempo }, { quarter }) => timeline.secondsPerTick({ tempo, quarter });

  const secondsAt = (tick, segment, view) => segment.started + (tick - segment.from) * secondsPerTick(segment, view);

  const endOf = (segment, view) => secondsAt(segment.to, segment, view);

  const segmentFrom = (from, started, tempo, loop, view) => ({
    started,
    from,
    to: loop ? loop.to : timeline.lengthOf(view),
    tempo,
  });

  /* The pass of a loop after a segment, each one `faster` by some quarters a minute; null where the solo is over. */
  function following(segment, loop, faster, view) {
    if (!loop) return null;
    const tempo = timeline.clampTempo(segment.tempo + faster);
    return segmentFrom(loop.from, endOf(segment, view), tempo, loop, view);
  }

  /* The segment that sounds at `now` seconds; before the first it is the first. */
  const segmentAt = (now, segments) => segments.findLast(({ started }) => started <= now) ?? segments[0];

  /* The tick that sounds at `now` seconds; never before the first segment's start nor after the last one's end. */
  function tickAt(now, segments, view) {
    const segment = segmentAt(now, segments);
    const tick = segment.from + (now - segment.started) / secondsPerTick(segment, view);
    return Math.max(segment.from, Math.min(tick, segment.to));
  }

  /* For each track the index of its first note at or after a tick; where playing begins there, of those that are played
     a little early, too. */
  function firstNotes(tracks, tick, isBegun = false) {
    const from = tick - (isBegun ? EARLY : NEAR);
    return tracks.map(({ notes }) => {
      const index = notes.findIndex((note) => note.onset >= from);
      return index < 0 ? notes.length : index;
    });
  }

  /* The notes of a segment that begin until `until` seconds, from the index `next` of each track on.

     Returns {due, next}: `due` are {track, note, when, end}, the seconds of its onset and end; `next` is where the next
     look goes on. A note that lasts longer than the loop ends with it; one that is played a little early at the loop's
     end belongs to the bar after it. */
  function dueNotes(view, segment, next, until, isLooped) {
    const due = [];
    const to = segment.to - (isLooped ? EARLY : NEAR);
    const after = view.tracks.map(({ notes }, track) => {
      let index = next[track];
      for (; index < notes.length && notes[index].onset < to; index += 1) {
        const note = notes[index];
        const when = Math.max(secondsAt(note.onset, segment, view), segment.started);
        if (when > until) break;
        const last = isLooped ? Math.min(note.onset + note.duration, segment.to) : note.onset + note.duration;
        due.push({ track, note, when, end: secondsAt(last, segment, view) });
      }
      return index;
    });
    return { due, next: after };
  }

  /* The beats of a segment from the tick `next` on that fall until `until` seconds: {due: [{tick, when, beat}], next};
     `beat` is 0 for the first of a bar. */
  function dueBeats(view, segment, next, until) {
    const length = timeline.beatLength(view);
    const due = [];
    let tick = Math.ceil((next - NEAR) / length) * length;
    for (; tick < segment.to - NEAR; tick += length) {
      const when = secondsAt(tick, segment, view);
      if (when > until) break;
      due.push({ tick, when, beat: (tick % view.bar) / length });
    }
    return { due, next: tick };
  }

  jazzgram.schedule = {
    clampTick,
    beginAt,
    secondsAt,
    endOf,
    segmentFrom,
    following,
    segmentAt,
    tickAt,
    firstNotes,
    dueNotes,
    dueBeats,
  };
})((globalThis.jazzgram ??= {}));
