# SPDX-License-Identifier: BSD-2-Clause
"""Preset spark against Spark's own ALS; skipped without pyspark or Java, which CI lacks.

    pip install pyspark; apt-get install default-jre-headless

Spark draws its start and works in float32 with systems in float64: users, which it solves last,
are the solutions that its items ask for (presets_case).
"""

import sys

from common import Checks, np  # first: it skips where packages are missing
from presets_case import ALPHA, EPOCHS, FACTORS, LAMBDA, UNIT32, check_half, disliking, hu, table

try:
    import pyspark
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import SparkSession

    settings = {
        'spark.ui.enabled': 'false',
        'spark.driver.host': '127.0.0.1',
        'spark.sql.shuffle.partitions': '1',
    }
    spark = SparkSession.builder.master('local[1]').config(map=settings).getOrCreate()
except Exception as missing:  # no package, no Java, or a Java that it does not want
    print(f'skipped: {str(missing)[:200]}')
    sys.exit(77)

check = Checks('presets_spark')
als = ALS(
    rank=FACTORS,
    maxIter=EPOCHS,
    regParam=LAMBDA,
    alpha=ALPHA,
    implicitPrefs=True,
    numUserBlocks=1,
    numItemBlocks=1,
    userCol='user',
    itemCol='item',
    ratingCol='rating',
)
system = (*hu[:3], lambda n, others: LAMBDA * n)
for name, counts in (('users', table), ('users with dislikes', disliking)):
    user, item = np.nonzero(counts)
    rows = [(int(u), int(i), float(counts[u, i])) for u, i in zip(user, item)]
    model = als.fit(spark.createDataFrame(rows, ['user', 'item', 'rating']))
    factors = [np.zeros((n, FACTORS)) for n in counts.shape]
    for side, frame in zip(factors, (model.userFactors, model.itemFactors)):
        for row in frame.collect():
            side[row.id] = row.features
    label = f'Spark {pyspark.__version__}, {name}'
    check_half(
        check, label, 'spark', counts, factors[1], factors[0], system, UNIT32, alpha=ALPHA
    )
spark.stop()
check.finish()
