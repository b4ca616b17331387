/* Files of plugins that are saved in an editor while the page is open.

   jazzgram.savedFiles.watch(onsaved)   onsaved(names) is called with the names of files that were saved; while it works,
                                        and while the page is hidden, nothing is asked
   jazzgram.savedFiles.played(stamps)   a take was made with the files of these stamps
   jazzgram.savedFiles.changed(before, now)   the names whose stamps differ; {name: stamp} each */
(function (jazzgram) {
  "use strict";
  const EVERY = 1200; // milliseconds
  let before = {};

  const changed = (old, now) =>
    [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
      (name) => name in old && old[name] !== now[name], // a new name is a file that a take has just read
    );

  function played(stamps) {
    before = stamps;
  }

  function watch(onsaved) {
    const { ask } = jazzgram.server;
    async function look() {
      try {
        if (!document.hidden) {
          const now = await (await ask("/saved")).json();
          const names = changed(before, now);
          before = now;
          if (names.length) await onsaved(names);
        }
      } catch {
        // the studio was stopped; the next take reports it
      }
      setTimeout(look, EVERY);
    }
    look();
  }

  jazzgram.savedFiles = { changed, played, watch };
})((globalThis.jazzgram ??= {}));
