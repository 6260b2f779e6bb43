/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/weighting.h - what counts say: turned into weights, or of dislikes.
 *
 *     wrmf_matrix_weight_bm25(plays, WRMF_ITEMS, 100, 0.8, &weighted, &err);
 *     wrmf_params_parse(params, "confidence=plain alpha=1", &err);
 *     wrmf_model_fit(context, weighted, params, &model, &err);
 *
 * The weightings are those of text retrieval, where a document has terms: a term that many
 * documents have says little of any of them. Either side can be the documents. With items as
 * documents, as implicit has them, the interactions of users who touch everything weigh less; with
 * users as documents, the items that everybody touches do. N is the number of documents, empty ones
 * too, r the count of a pair and df the number of documents that the pair's term is in:
 *
 *     idf    = log(N) - log(1 + df)
 *     tf-idf = sqrt(r) idf
 *     BM25   = idf r (k1 + 1) / (k1 norm + r),   norm = 1 - b + b L / (mean of L over documents),
 *
 * L being the sum of a document's counts. Sources: Robertson and Zaragoza, "The Probabilistic
 * Relevance Framework: BM25 and Beyond" (2009), with this idf; bm25_weight() and tfidf_weight() of
 * implicit are these functions of a matrix of documents x terms, to rounding.
 *
 * A pair whose weight is not above 0 is left out: those of a term that all documents have, or all
 * but one. The pairs of the table as it was are the ones that a user has seen: give that, not the
 * weighted one, where seen items are to be left out. A weight depends on the whole table: a row
 * that is folded in is weighed by the idf and the mean of the table that the model was fitted to.
 */
#ifndef WRMF_WEIGHTING_H
#define WRMF_WEIGHTING_H

#include "wrmf/export.h"
#include "wrmf/matrix.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * A matrix of the same shape with the BM25 weight of each count, where that is above 0.
 *
 * @param[in]  documents  Which side the documents are.
 * @param[in]  k1         0 .. 100000: how much a count of many is above one of few; at 0 not at
 *                        all. implicit takes 100, and 1.2 for item-to-item.
 * @param[in]  b          0 .. 1: how much a document's length counts. implicit takes 0.8, and 0.75.
 * @param[out] out        The weights.
 * @retval WRMF_E_NULL   matrix or out is NULL.
 * @retval WRMF_E_RANGE  documents is neither side, or k1 or b is outside its interval.
 * @retval WRMF_E_FORMAT the matrix has dislikes; weigh the likes before dislikes are added.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Cost: O(entries + users + items). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_weight_bm25(const wrmf_matrix *matrix,
                                                             wrmf_side documents, double k1,
                                                             double b, wrmf_matrix **out,
                                                             wrmf_error *err);

/**
 * A matrix of the same shape with the TF-IDF weight of each count, where that is above 0.
 * @param[in]  documents  Which side the documents are.
 * @param[out] out        The weights.
 * @retval WRMF_E_NULL   matrix or out is NULL.
 * @retval WRMF_E_RANGE  documents is neither side.
 * @retval WRMF_E_FORMAT as wrmf_matrix_weight_bm25() has it.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Cost: O(entries + users + items). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_weight_tfidf(const wrmf_matrix *matrix,
                                                              wrmf_side documents,
                                                              wrmf_matrix **out, wrmf_error *err);

/**
 * A matrix of two: what users liked, with their counts, and what they disliked. It has the larger
 * number of users and of items of both. A disliked pair has preference 0, with the confidence of
 * its count, in fits, objectives and folds of parameters with negative_counts=dislike; others
 * refuse the matrix, but for target=signed, which takes the count below 0 as it is. It counts
 * as seen wherever the matrix says what was seen; it is no relevant item where it is in the test
 * matrix of an evaluator; it does not count for popularity and baselines. Whatever gives out
 * counts has a dislike's below 0, and a sum of counts has it so, too.
 * Matrices that are derived from this one keep its dislikes.
 *
 * @param[in]  likes     Counts above 0, or below 0 of dislikes that it has.
 * @param[in]  dislikes  Counts above 0.
 * @param[out] out       Both.
 * @retval WRMF_E_NULL   likes, dislikes or out is NULL.
 * @retval WRMF_E_FORMAT a pair is in both, or dislikes has dislikes itself.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Cost: O(entries). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_with_dislikes(const wrmf_matrix *likes,
                                                               const wrmf_matrix *dislikes,
                                                               wrmf_matrix **out, wrmf_error *err);

WRMF_END_DECLS

#endif /* WRMF_WEIGHTING_H */
