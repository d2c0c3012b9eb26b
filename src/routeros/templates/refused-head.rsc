:put ""
:put "<<name:string>>: this router was not adopted, nothing was changed."
