/** Tests that can go on for as long as one likes do more where `WIZ_THOROUGH` is set; without it `npm test` stays short. */
export const isThorough = (process.env.WIZ_THOROUGH ?? '') !== '';
