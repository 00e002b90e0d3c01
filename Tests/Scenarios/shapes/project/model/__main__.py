"""`python -m model train DATA MODEL` and `python -m model evaluate DATA MODEL`."""
import sys

from model.mean import load, loss, save, train

verb, data, path = sys.argv[1:]
with open(data) as file:
    values = [float(line) for line in file]
if verb == "train":
    save(train(values), path)
else:
    print(loss(load(path), values))
