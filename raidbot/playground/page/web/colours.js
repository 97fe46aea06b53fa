/** Discord's colours, light enough to be read on the page's dark ground (WCAG AA). */
const GROUND = [60, 63, 74]; // the lightest that text stands on: an ephemeral message under the mouse
const ENOUGH = 4.5;

const linear = (one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
const light = (rgb) => [0.2126, 0.7152, 0.0722].reduce((sum, share, at) => sum + share * linear(rgb[at] / 255), 0);
const contrast = (rgb) => (light(rgb) + 0.05) / (light(GROUND) + 0.05);

/** Write a colour number as CSS. */
export const css = (number) => `#${number.toString(16).padStart(6, "0")}`;

/** Write a colour number as CSS, lightened as far as it must be. */
export function readable(number) {
  let rgb = [number >> 16, (number >> 8) & 255, number & 255];
  while (contrast(rgb) < ENOUGH) rgb = rgb.map((one) => Math.min(255, Math.round(one + (255 - one) * 0.15) + 1));
  return css((rgb[0] << 16) | (rgb[1] << 8) | rgb[2]);
}
