/* The studio's server, as the page asks it. No DOM. */
(function (jazzgram) {
  "use strict";
  const GONE =
    "The studio does not answer: it was stopped, or this computer slept. Start it again and open its new address.";

  /* Send values as JSON, or a file as it is; without either it is a GET. What the server refuses is an Error with
     `mistakes` and `document`; where it is not there, `gone` is true. */
  async function ask(path, { json, file } = {}) {
    const body = json === undefined ? file : JSON.stringify(json);
    const options = body === undefined ? {} : { method: "POST", body };
    let response;
    try {
      response = await fetch(path, { ...options, credentials: "same-origin" });
    } catch {
      throw Object.assign(new Error(GONE), { gone: true });
    }
    if (response.ok) return response;
    const answer = readAnswer(await response.text(), response.status);
    throw Object.assign(new Error(answer.error), {
      mistakes: answer.mistakes ?? [],
      document: answer.document,
    });
  }

  function readAnswer(text, status) {
    try {
      return JSON.parse(text);
    } catch {
      return { error: text || `the studio answered ${status}` };
    }
  }

  /* A function that does one piece of work at a time: while one is under way, only the newest wish waits.

     Its promise is kept when the work that it begins is done; at once where the wish has to wait. */
  function latest(work) {
    let busy = false;
    let waiting = null;
    return async function wish(value) {
      if (busy) {
        waiting = { value };
        return;
      }
      busy = true;
      try {
        await work(value);
      } finally {
        busy = false;
        if (waiting) {
          const next = waiting.value;
          waiting = null;
          wish(next);
        }
      }
    };
  }

  jazzgram.server = { ask, latest };
})((globalThis.jazzgram ??= {}));
