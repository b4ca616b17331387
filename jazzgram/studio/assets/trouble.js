/* The line over the page that says what went wrong as a whole, with a button to try again.

   jazzgram.trouble.show(text, retry)   without `retry` there is no button
   jazzgram.trouble.hide() */
(function (jazzgram) {
  "use strict";
  const { get } = jazzgram.dom;
  let again = null;

  function show(text, retry = null) {
    get("trouble").hidden = false;
    get("trouble-text").textContent = text;
    get("retry").hidden = retry === null;
    again = retry;
  }

  function hide() {
    get("trouble").hidden = true;
  }

  get("retry").addEventListener("click", () => {
    hide();
    if (again) again();
  });

  jazzgram.trouble = { show, hide };
})((globalThis.jazzgram ??= {}));
