/** `NODE_OPTIONS`, through which processes that the program starts are registered. */

/** The options with the registration among them. */
export function withRegister(options: string | undefined, registerUrl: string): string {
  const own = `--import=${registerUrl}`;
  if (options === undefined || options.trim() === '') return own;
  return options.includes(registerUrl) ? options : `${options} ${own}`;
}
