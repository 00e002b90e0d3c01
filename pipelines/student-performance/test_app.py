import unittest

from app import score


class ScoreTests(unittest.TestCase):
    def test_more_hours_give_a_better_score(self):
        self.assertGreater(score(8), score(2))

    def test_no_score_is_above_a_hundred(self):
        self.assertEqual(score(1000), 100)
