/* The studio's server, as the page asks it. No DOM. */
(function (jazzgram) {
  "use strict";
  const ABANDONED = 409; // the status of a take that a newer one replaced
  const GONE =
    "The studio does not answer: it was stopped, or this computer slept. Start it again and open its new address.";

  /* Send values as JSON, or a file as it is; without either it is a GET. What the server refuses is an Error with
     `mistakes`; where it is not there, `gone` is true; where `signal` aborted it, `abandoned` is. */
  async function ask(path, { json, file, signal } = {}) {
    const body = json === undefined ? file : JSON.stringify(json);
    const options = body === undefined ? {} : { method: "POST", body };
    let response;
    try {
      response = await fetch(path, { ...options, credentials: "same-origin", signal });
    } catch {
      if (signal?.aborted) throw Object.assign(new Error("abandoned"), { abandoned: true });
      throw Object.assign(new Error(GONE), { gone: true });
    }
    if (response.ok) return response;
    if (response.status === ABANDONED) throw Object.assign(new Error("abandoned"), { abandoned: true });
    const answer = readAnswer(await response.text(), response.status);
    throw Object.assign(new Error(answer.error), { mistakes: answer.mistakes ?? [] });
  }

  function readAnswer(text, status) {
    try {
      return JSON.parse(text);
    } catch {
      return { error: text || `the studio answered ${status}` };
    }
  }

  /* A function that does one piece of work at a time: while one is under way, only the newest wish waits; work that
     takes more than `patience` milliseconds is aborted by it. What is shown while a slider moves is done before.

     Its promise is kept when the work that it begins is done; at once where the wish has to wait. */
  function latest(work, patience) {
    let busy = null; // what aborts the work under way
    let begun = 0;
    let waiting = null;
    let timer = null;
    return async function wish(value) {
      if (busy) {
        waiting = { value };
        timer ??= setTimeout(() => busy?.abort(), Math.max(0, begun + patience - performance.now()));
        return;
      }
      busy = new AbortController();
      begun = performance.now();
      try {
        await work(value, busy.signal);
      } finally {
        clearTimeout(timer);
        timer = null;
        busy = null;
        if (waiting) {
          const next = waiting.value;
          waiting = null;
          wish(next);
        }
      }
    };
  }

  /* The name of a download: the true one (RFC 5987) where there is one beside that in ASCII. */
  function fileName(disposition) {
    const [, encoded] = /filename\*=UTF-8''([^;]+)/.exec(disposition) ?? [];
    return encoded === undefined ? /filename="([^"]+)"/.exec(disposition)[1] : decodeURIComponent(encoded);
  }

  jazzgram.server = { ask, fileName, latest };
})((globalThis.jazzgram ??= {}));
