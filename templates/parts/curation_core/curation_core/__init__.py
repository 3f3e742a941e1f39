"""Training data on Spark: decisions with mature labels, the history of features, and series to forecast.

Spark and not pandas: a day of decisions is hundreds of gigabytes in a payment system. The functions take and give data
frames and touch no storage, so that the same code runs in the job and in the tests.
"""
