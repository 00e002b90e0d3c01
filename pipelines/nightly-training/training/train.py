"""Fits a line through the prices and says how far off it is."""

import csv
import pathlib


def fitted(rows):
    count = len(rows)
    mean_x, mean_y = (sum(row[index] for row in rows) / count for index in (0, 1))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in rows) / sum((x - mean_x) ** 2 for x, _ in rows)
    return slope, mean_y - slope * mean_x


def main():
    with (pathlib.Path(__file__).parent / "data" / "prices.csv").open() as file:
        rows = [(float(row["hour"]), float(row["price"])) for row in csv.DictReader(file)]
    slope, base = fitted(rows)
    error = sum(abs(price - base - slope * hour) for hour, price in rows) / len(rows)
    print(f"slope {slope:.3f}, mean absolute error {error:.2f}")


if __name__ == "__main__":
    main()
