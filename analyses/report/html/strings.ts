/** Texts that are named by a number. */
export class StringTable {
  readonly strings: string[] = [];
  private readonly known = new Map<string, number>();

  place(text: string): number {
    let place = this.known.get(text);
    if (place === undefined) {
      place = this.strings.push(text) - 1;
      this.known.set(text, place);
    }
    return place;
  }
}
