/* The exchanges of a traded take: each one can be played, and answered by another responder.

   jazzgram.showExchanges(exchanges, respond, choices, {onplay, onanswer})
   `respond` as the section `live` of the take has it, `choices` as TradeSetup has them;
   onplay(exchange) is called with a turn, onanswer(index, value) with the index of an answer and its new responder */
(function (jazzgram) {
  "use strict";
  const { make, get } = jazzgram.dom;
  const { NAMES } = jazzgram.tradeTurns;

  const barsText = ({ bar, bars }) => (bars === 1 ? `bar ${bar + 1}` : `bars ${bar + 1}–${bar + bars}`);

  function notesText({ notes }) {
    if (!notes.length) return "no notes";
    return `${notes.length} note${notes.length > 1 ? "s" : ""}`;
  }

  /* The responder of an exchange as one of the choices has it. */
  function valueOf(exchange, respond, number) {
    const value = respond[number % respond.length];
    return (value.use ?? value) === exchange.responder ? value : exchange.responder;
  }

  function showExchanges(exchanges, respond, choices, { onplay, onanswer }) {
    let answered = 0;
    const rows = exchanges.map((exchange, index) => {
      const name = `${NAMES[exchange.player]}, ${barsText(exchange)}`;
      const play = { type: "button", "aria-label": `Play ${name}`, on: { click: () => onplay(exchange) } };
      const isAnswer = exchange.player === "it";
      const value = isAnswer ? valueOf(exchange, respond, answered) : null;
      if (isAnswer) answered += 1;
      return make(
        "li",
        { class: isAnswer ? "answered" : "asked" },
        make("button", play, "▶"),
        make("span", { class: "who" }, NAMES[exchange.player]),
        make("span", {}, barsText(exchange)),
        make("span", { class: "count" }, notesText(exchange)),
        isAnswer
          ? jazzgram.makeAnswerSelect(choices, value, `Answer of ${barsText(exchange)}`, (each) =>
              onanswer(index, each),
            )
          : null,
      );
    });
    get("exchanges").replaceChildren(...rows);
  }

  jazzgram.showExchanges = showExchanges;
})((globalThis.jazzgram ??= {}));
