from model import Model, transactions

Model.trained(list(transactions(800, seed=1))).save("model.json")
print("trained on 800 transactions")
