"""Words that restrict nothing in a sentence that introduces names: "let $x$ be the input vector of
the second layer".  What else such a sentence says of a name, "let $r$ be a root of", nobody reads
here."""

from __future__ import annotations

_ENGLISH = """
about above action actions activation activations again all also and any arbitrary are array
arrays assume attention batch before below bernoulli bias biases binary both called case
categorical class classes coefficient coefficients column columns common component components
condition conditions consider constant constants continuously corresponding cost covariate
covariates data dataset decay decoder definite denote denotes denoting dense densities density
dependent design different differentiable dimension dimensions discrete distinct distributed
distribution distributions document documents each element elements embedding embeddings encoder
entries entry error errors estimate event events example expectation expected feature features
filter finite first fixed following for four from function functions gate gates gaussian given
gradient have having hidden hidden-state hyperparameter hyperparameters identically image images
independent index indices input inputs integer integers invertible kernel key keys label labels
latent layer layers learning length lengths let like likelihood logistic logit logits loss
losses many mass matrices matrix matrix-valued mean means model models momentum multinomial
negative network neuron noise non-random nonnegative nonsingular nonzero normal notation number
numbers objective observation observations observed of one one-hot orthogonal output outputs
over parameter parameters pixel point points poisson policy positive posterior prediction
predictions prior probabilities probability problem product quantity queries query random rate
rates real real-valued reals regression regressor respectively response reward rewards row rows
same-sized sample samples scalar scalar-valued scalars score scores second sequence set several
sigmoid size sized sizes smooth softmax some square state states step step-size such suppose
symmetric target targets temperature term terms that the their them these this three throughout
time times token tokens training true twice two unit units unknown update updates usual value
values variable variables variance variances vector vector-valued vectors weight weights where
which whose with word words write
"""
_GERMAN = """
beliebig beliebige beliebiger dabei dann ein eine einem einen einer eines feste fester funktion
funktionen ganze konstante matrix matrizen mit natürliche nun oder reelle reellen reeller
reelles sei seien und variable variablen vektor vektoren zahl zahlen
"""
PLAIN_WORDS = frozenset(_ENGLISH.split() + _GERMAN.split())
