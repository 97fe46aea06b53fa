/** A round picture with a member's first letter, the colour by the id. */
const made = new Map();

export function avatar(id, name) {
  const key = `${id}${name}`;
  if (!made.has(key)) {
    const hue = Number(BigInt(id || 0) % 360n);
    const letter = [...(name || "?")][0].toUpperCase().replace(/[<>&]/g, "?");
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><rect width="80" height="80" fill="hsl(${hue} 45% 38%)"/>` +
      `<text x="40" y="54" font-family="sans-serif" font-size="40" fill="#fff" text-anchor="middle">${letter}</text></svg>`;
    made.set(key, `data:image/svg+xml,${encodeURIComponent(svg)}`);
  }
  return made.get(key);
}
