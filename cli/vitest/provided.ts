/** What the plugin, in the main process of Vitest, tells the setup file in its workers. */

/** The name under which it is provided. */
export const PROVIDED = 'wiz';

export interface Provided {
  /** Are modules instrumented? */
  readonly isOn: boolean;
  /** Variables of the environment that say how, and where coverage goes. */
  readonly variables: Readonly<Record<string, string>>;
}
