/** The websocket to the page's server: calls and their answers, and the events that are pushed. */
export class Wire {
  #socket;
  #number = 0;
  #calls = new Map();
  #hear;

  constructor(hear) {
    this.#hear = hear;
    this.#open();
  }

  /** Ask for something to be done; rejects with an Error that says why not. */
  call(verb, details = {}) {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("The demo has ended."));
    const id = ++this.#number;
    this.#socket.send(JSON.stringify({ ...details, id, verb }));
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }));
  }

  #open() {
    const address = new URL("socket", location.href);
    address.protocol = "ws:";
    address.hash = "";
    this.#socket = new WebSocket(address);
    this.#socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(data)));
    this.#socket.addEventListener("close", () => {
      for (const { reject } of this.#calls.values()) reject(new Error("The demo has ended."));
      this.#calls.clear();
      this.#hear({ event: "gone" });
      setTimeout(() => this.#open(), 1000);
    });
  }

  #take(heard) {
    if (heard.event) {
      this.#hear(heard);
      return;
    }
    const call = this.#calls.get(heard.id);
    this.#calls.delete(heard.id);
    if (heard.error === undefined) call?.resolve(heard.result);
    else call?.reject(new Error(heard.error));
  }
}
