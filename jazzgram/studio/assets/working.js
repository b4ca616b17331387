/* What the server is working on while a take is made: a sentence, and a bar where it is known how much is done.

   jazzgram.working.watch()   look every now and then, until
   jazzgram.working.leave()
   jazzgram.working.sentence({stage, detail, share, left})   as a text */
(function (jazzgram) {
  "use strict";
  const EVERY = 400; // milliseconds
  const MINUTE = 60; // seconds
  const SHORT = 3; // seconds that are not worth telling
  let timer = null;

  function timeText(seconds) {
    if (seconds < MINUTE) return `${Math.ceil(seconds / 5) * 5} seconds`;
    const minutes = Math.ceil(seconds / MINUTE);
    return `${minutes} minute${minutes > 1 ? "s" : ""}`;
  }

  function sentence({ stage, detail, share, left }) {
    if (!stage) return "";
    if (!detail) return `${stage}…`;
    const percent = share === undefined ? "" : ` (${Math.round(100 * share)} %)`;
    return `${stage}: ${detail}${percent}${left > SHORT ? `, about ${timeText(left)} left` : ""}…`;
  }

  async function look() {
    const { get } = jazzgram.dom;
    try {
      const working = await (await jazzgram.server.ask("/working")).json();
      if (timer === null || !working.stage) return;
      get("sum").textContent = sentence(working);
      get("done").hidden = false;
      if (working.share === undefined) get("done").removeAttribute("value");
      else get("done").value = working.share;
    } catch {
      // the take itself reports it
    }
  }

  function watch() {
    timer = setInterval(look, EVERY);
  }

  function leave() {
    clearInterval(timer);
    timer = null;
    jazzgram.dom.get("done").hidden = true;
  }

  jazzgram.working = { watch, leave, sentence };
})((globalThis.jazzgram ??= {}));
