// What other parts of the page want to hear of: they put their own functions here.

export const on = {
  /** A mark of an alert was chosen; `id` as in the frame «marks». */
  alert: (_id) => {},
  /** A mark of a contact by hand was chosen. */
  contact: (_id) => {},
  /** A box was drawn: `mmsis` in it, `bounds` as [south, west, north, east] in degrees. */
  box: (_mmsis, _bounds) => {},
};
