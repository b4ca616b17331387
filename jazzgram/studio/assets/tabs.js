/* Tabs by mouse and by keyboard: arrows, Home and End, as ARIA's authoring practices describe them.

   jazzgram.tabs.enable(tablist, onchoose) */
(function (jazzgram) {
  "use strict";
  const { get } = jazzgram.dom;

  function enable(tablist, onchoose) {
    const tabs = [...tablist.querySelectorAll('[role="tab"]')];

    function choose(chosen) {
      for (const tab of tabs) {
        const isChosen = tab === chosen;
        tab.setAttribute("aria-selected", String(isChosen));
        tab.tabIndex = isChosen ? 0 : -1;
        get(tab.getAttribute("aria-controls")).hidden = !isChosen;
      }
      chosen.focus();
      onchoose();
    }

    for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
    tablist.addEventListener("keydown", (event) => {
      const now = tabs.indexOf(document.activeElement);
      const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined || now < 0) return;
      event.preventDefault();
      choose(tabs.at(to % tabs.length));
    });
  }

  jazzgram.tabs = { enable };
})((globalThis.jazzgram ??= {}));
