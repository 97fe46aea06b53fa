import { readable } from "./colours.js";

/**
 * What the chosen member sees, exactly as the local Discord tells it: nothing is worked out or remembered here that a
 * reload would not bring back. Where one looks (member, channel, tour) stands in the address behind the #.
 */
export class World {
  hello = { people: [], tours: [], raiders: 0, home: "", state: { night: false, bot: "running", busy: "" } };
  me = { id: "", name: "", here: false };
  guild = { id: "", name: "" };
  online = false;
  channels = [];
  roles = new Map();
  members = new Map();
  commands = [];
  messages = new Map();
  interactions = new Map();

  /** Take an event over; tells whether everything is to be drawn anew. */
  take(heard) {
    switch (heard.event) {
      case "hello":
        this.hello = heard.hello;
        return true;
      case "state":
        this.hello.state = heard.state;
        return false;
      case "view":
        this.messages = new Map(heard.view.messages.map((one) => [one.id, one]));
        this.interactions = new Map(heard.view.interactions.map((one) => [one.id, one]));
        this.#surroundings(heard.view);
        return true;
      case "scene":
        this.#surroundings(heard.scene);
        return "roles" in heard.scene || "members" in heard.scene;
      case "message":
        if (heard.message.gone) this.messages.delete(heard.message.id);
        else this.messages.set(heard.message.id, heard.message);
        return false;
      case "interaction":
        this.interactions.set(heard.interaction.id, heard.interaction);
        return false;
    }
    return false;
  }

  /** Changes whenever a mention may have to be written in another way. */
  names = "";

  #surroundings(told) {
    for (const key of ["me", "guild", "online", "channels", "commands"]) if (key in told) this[key] = told[key];
    for (const key of ["roles", "members"]) if (key in told) this[key] = new Map(told[key].map((one) => [one.id, one]));
    const named = [...this.roles.values()].map((one) => [one.id, one.name, one.color]);
    const members = [...this.members.values()].map((one) => one.name);
    this.names = String(digest(JSON.stringify([named, members, this.channels.map((one) => one.name)])));
  }

  channel(id) {
    return this.channels.find((one) => one.id === id);
  }

  /** The messages of a channel, oldest first. */
  *messagesOf(channel) {
    const there = [...this.messages.values()].filter((one) => one.channel === channel);
    yield* there.sort((a, b) => older(a.id, b.id));
  }

  /** This member's interactions on a message, or (null) in a channel without one, newest first. */
  interactionsOn(source, channel) {
    const mine = [...this.interactions.values()].filter((one) => one.source === source && one.channel === channel);
    return mine.sort((a, b) => older(b.id, a.id));
  }

  /** The colour of a member's name: that of the highest role that has one. */
  colour(memberId) {
    const worn = (this.members.get(memberId)?.roles ?? [])
      .map((id) => this.roles.get(id))
      .filter((role) => role?.color);
    const [top] = worn.sort((a, b) => b.position - a.position);
    return top && readable(top.color);
  }

  name(memberId) {
    return this.members.get(memberId)?.name;
  }
}

/** A short number that stands for a text. */
const digest = (text) => [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) | 0, 0);

/** Order ids by age: they are numbers too long for JavaScript's. */
export const older = (a, b) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** The values behind the # of the address. */
export const place = {
  get(key) {
    return new URLSearchParams(location.hash.slice(1)).get(key);
  },
  set(values) {
    const now = new URLSearchParams(location.hash.slice(1));
    for (const [key, value] of Object.entries(values)) {
      if (value === null) now.delete(key);
      else now.set(key, value);
    }
    history.replaceState(history.state, "", `#${now}`);
  },
};
