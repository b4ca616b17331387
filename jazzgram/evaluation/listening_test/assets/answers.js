/* What a listener has answered, as values: new values out of old ones, nothing is drawn or stored here.

   Answers are {listener, group, ratings, place}: `ratings` by the clip's name, 1 to 5; `place` is the index of the clip
   that is playing, the number of clips at the end. (localStorage has them under these names.) */
(function (jazzgram) {
  "use strict";
  const NEW_LINE = "\r\n"; // RFC 4180

  /* A listener is six random bytes, not a name: nobody need say who they are. */
  function begin(bytes) {
    const listener = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return { listener, group: "", ratings: {}, place: 0 };
  }

  /* The answers that were stored as text, or null where there are none. */
  function fromText(text) {
    try {
      const stored = JSON.parse(text);
      return stored?.listener && stored.ratings ? stored : null;
    } catch {
      return null;
    }
  }

  const joinGroup = (answers, group) => ({ ...answers, group, place: 0 });

  const goTo = (answers, place) => ({ ...answers, place });

  function rate(answers, clips, rating) {
    const { name } = clips[answers.place];
    return { ...answers, ratings: { ...answers.ratings, [name]: rating } };
  }

  /* Which part of the page is shown: "start", "rate" or "end". */
  function partOf(answers, clips) {
    if (!answers.group) return "start";
    return answers.place < clips.length ? "rate" : "end";
  }

  /* One line a clip, in the order in which they play. */
  function toCsv(test, clips, { listener, group, ratings }) {
    const lines = clips.map(({ name }) => [test, listener, group, name, ratings[name]].join(","));
    return ["test,listener,group,clip,rating", ...lines, ""].join(NEW_LINE);
  }

  const fileName = (test, { listener }) => `answers-${test}-${listener}.csv`;

  jazzgram.answers = { begin, fromText, joinGroup, goTo, rate, partOf, toCsv, fileName };
})((globalThis.jazzgram ??= {}));
