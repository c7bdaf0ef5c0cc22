// What other parts of the page want to hear of: they put their own functions here.

export const on = {
  /** A mark of an alert was chosen; `id` as in the frame «marks». */
  alert: (_id) => {},
  /** A mark of a contact by hand was chosen. */
  contact: (_id) => {},
  /** While the map is a replay, a rescue began in the live picture: for who sounds and announces. */
  urgent: (_alert) => {},
  /**
   * What can be done with the vessel of the drawer: functions of an mmsi, each giving null or
   * {title, deed, href or act(place, button)}; `place` lies below the buttons, for a form, and is
   * emptied with another vessel. Other parts push theirs: dossier, export.
   */
  vessel: [],
  /** A box was drawn: `mmsis` in it, `bounds` as [south, west, north, east] in degrees. */
  box: (_mmsis, _bounds) => {},
};
