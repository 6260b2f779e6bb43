# SPDX-License-Identifier: BSD-2-Clause
"""Coordinate search over lists of values, as wrmf_grid_set_coordinates() does it."""

import itertools


class Coordinates:
    """A place has an index into each list; evaluate(place) is what is to be high, and each place is
    evaluated once. Nothing more is evaluated once is_over()."""

    def __init__(self, lists, evaluate, is_over=lambda: False):
        self.lists, self.evaluate, self.is_over = lists, evaluate, is_over
        self.found = {}

    def middle(self):
        return tuple(len(values) // 2 for values in self.lists)

    def visit(self, places):
        """The best of the places."""
        for place in places:
            if place not in self.found and not self.is_over():
                self.found[place] = self.evaluate(place)
        return max((place for place in places if place in self.found), key=self.found.get)

    def lines(self, place):
        for axis, values in enumerate(self.lists):
            others = [place[:axis] + (at,) + place[axis + 1 :] for at in range(len(values))]
            place = self.visit([place, *others])
        return place

    def neighbours(self, place):
        """Those one value away in one parameter or in two."""
        steps = itertools.product((-1, 0, 1), repeat=len(place))
        near = (step for step in steps if sum(map(abs, step)) <= 2)
        moved = (tuple(map(sum, zip(place, step))) for step in near)
        return [m for m in moved if all(0 <= at < len(v) for at, v in zip(m, self.lists))]

    def run(self, starts):
        """The best place, from the best of the starts."""
        place = self.visit(starts)
        while not self.is_over():
            before = place
            place = self.lines(place)
            if place == before:
                place = self.visit([place, *self.neighbours(place)])
            if place == before:
                break
        return place
