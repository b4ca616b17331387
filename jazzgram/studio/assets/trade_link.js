/* The socket over which bars are traded (jazzgram/studio/trade_socket.py). No DOM.

   const link = new jazzgram.TradeLink(socket, {onstarted, onmoved, onend});   `socket` is a WebSocket that opens
   link.start(recipe, latency)
   link.move(now, strokes)   seconds of the session, and [seconds, pitch, velocity] of each key; what comes while the
                             server answers goes with the next message, so that nothing piles up
   link.stop()
   link.leftOut              strokes that were too many for a message

   onstarted(started), onmoved(moved); onend(record, error) is called once, in the end: with {strokes, end} where the
   server has them, else null; with a sentence where the session could not go on. */
(function (jazzgram) {
  "use strict";
  const MOST = 400; // strokes in a message
  const GONE = "The studio does not answer any more: it was stopped, or this computer slept.";

  jazzgram.TradeLink = class TradeLink {
    leftOut = 0;
    #socket;
    #on;
    #isBusy = true; // until the session has started
    #isOver = false;
    #waiting = null; // {now, strokes}

    constructor(socket, on) {
      this.#socket = socket;
      this.#on = on;
      socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(data)));
      socket.addEventListener("close", () => this.#end(null, GONE));
      socket.addEventListener("error", () => this.#end(null, GONE));
    }

    start(recipe, latency) {
      const send = () => this.#socket.send(JSON.stringify({ start: recipe, latency }));
      if (this.#socket.readyState === 1) send();
      else this.#socket.addEventListener("open", send);
    }

    move(now, strokes) {
      if (this.#isOver) return;
      const waiting = this.#waiting ?? { now, strokes: [] };
      const room = MOST - waiting.strokes.length;
      this.leftOut += Math.max(0, strokes.length - room);
      this.#waiting = { now: Math.max(now, waiting.now), strokes: [...waiting.strokes, ...strokes.slice(0, room)] };
      this.#send();
    }

    stop() {
      if (this.#isOver || this.#socket.readyState !== 1) {
        this.#end(null, "");
        return;
      }
      this.#waiting = null;
      this.#socket.send(JSON.stringify({ stop: true }));
    }

    #send() {
      if (this.#isBusy || !this.#waiting) return;
      this.#isBusy = true;
      this.#socket.send(JSON.stringify(this.#waiting));
      this.#waiting = null;
    }

    #receive(message) {
      if (message.record || message.error) {
        this.#end(message.record ?? null, message.error ?? "");
      } else {
        this.#isBusy = false;
        if (message.started) this.#on.onstarted(message.started);
        else this.#on.onmoved(message);
        this.#send();
      }
    }

    #end(record, error) {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#socket.close();
      this.#on.onend(record, error);
    }
  };
})((globalThis.jazzgram ??= {}));
