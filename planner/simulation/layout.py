"""Where the event loop keeps what: columns of its tables, and the states of a contact."""

from __future__ import annotations

ARRIVES, WORK, LEAVES, KEY, STARTS, ENDS = range(6)
"""Seconds of a contact: arrival, work left (at full speed), when patience ends, what the
longest-waiting goes by, first answer, end."""
CONTACT_SECONDS = 6

LINE, NEXT, STATE, POOL, PARENT, HOLDER, AGENT = range(7)
"""Of a contact: its line, the next one waiting, its state, the pool that took it, the contact it came from, the agent who waits with it for
somebody else, the agent who took it."""
CONTACT_NUMBERS = 7

COMING, WAITING, IN_HAND, DONE, ABANDONED, CUT_OFF = range(6)
"""States of a contact; cut off are those still waiting when their line next opens."""

OF_POOL, ON, IN_HANDS, LEVEL, BEFORE, AFTER, VERSION, AT_MOST, HOLDS = range(9)
"""Of an agent: pool, on seat, contacts in hand, which list of free agents he is on (-1 none), neighbours there, version of his next end,
contacts he may hold together, the contact he holds while waiting for a specialist (-1 none)."""
AGENT_NUMBERS = 9

ADVANCED, IDLE_SINCE, BUSY_FROM, OFF_AT, HANDS_OVER_S = range(5)
"""Seconds of an agent: up to when work in hand is counted, idle since, busy since, off seat since; how long he stays once the specialist
he waits for is there."""
AGENT_SECONDS = 5

TOGETHER, LIVE, TIMED, PRE_EMPTED, HANDED_OVER, OVERFLOWS, FILLS, REPEATS, REPEATS_FROM, ESCALATES, ESCALATES_FROM = range(11)
"""Of a line: contacts an agent holds at once, live or deferred, whether giving up is an event, whether live contacts interrupt it, whether
open cases go back at the end of a shift, how many delays of overflow it has, whether agents who hold some already are asked first, how
many ways its contacts have to come back and which is the first of them, and the same to take a specialist in."""
LINE_NUMBERS = 11

REDIALS, REDIAL_S = range(2)
"""Of a line: chance to call again after giving up and the mean delay."""
LINE_SECONDS = 2

TO, SHARE, WORK_S, WORK_FACTOR, DELAY_S, PHASES, JOINED_S, HOLD_S = range(8)
"""Of a way from one contact to the next: its line, its share, mean seconds of work (NaN: as others that arrive with it), a factor of these,
the mean of its delay and how many exponential steps it has, seconds two people are busy, seconds at most a first agent waits (0 not at
all)."""
WAY_COLUMNS = 8

NOBODY, WITHOUT_HOLDER = -1, -2
"""Instead of an agent who holds a contact: it came on its own account; it was escalated and nobody waits with it."""

COMES, GOES, GOES_HOME, LINE_OPENS, LINE_CLOSES = range(5)
"""What happens by the timetable: an agent comes on seat, leaves it, ends the shift; a line opens, closes."""

ENDS_WORK, LETS_GO, GIVES_UP, MAY_OVERFLOW, COMES_BACK = range(5)
"""What happens by the heap: an agent's next contact ends, an agent who holds is let go, a caller gives up, a contact may be taken by
further pools, a contact arrives again."""

HEAD, TAIL, COUNT = range(3)
"""Of a list of free agents or a line of waiting contacts."""

FREE_ROW, FULL = 2, 3
"""Of the loop's numbers, after the heap's: the next unused contact, 1 when there was no room left for contacts or events."""
NUMBERS = 4
