/** Whether a piece of compiled code may still be used, as the code itself asks. */

export interface Validity {
  /** Must the code be left? Becomes true once, and stays so. */
  isOver: boolean;
}

/**
 * V8 takes a property that was assigned once for a constant: the code's checks of it vanish from the machine code. When it is
 * assigned again, V8 throws that machine code away, and activations go on in code that does look. It knows of properties by
 * class, so each object has a class of its own: what happens to one piece of code does not disturb the others.
 */
export function newValidity(): Validity {
  class OwnValidity implements Validity {
    isOver = false;
  }
  return new OwnValidity();
}
